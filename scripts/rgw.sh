#!/usr/bin/env bash
# A real Ceph RGW on this machine, for tests against an engine that nobody here wrote: one monitor, one OSD, one gateway,
# everything below one folder, every socket on 127.0.0.1.
#
#   rgw.sh install            install Debian's packages (needs root)
#   rgw.sh start DIR [PORT]   make the cluster in DIR, start it, wait until S3 answers, print endpoint and keys
#   rgw.sh stop DIR           stop what was started, by recorded pid, and remove DIR
#
# The objects live in memory: a cluster serves one run. Ports used: PORT (7480), PORT+1 and PORT+2, PORT+10 to PORT+29.
set -euo pipefail

die() { echo "rgw.sh: $*" >&2; exit 1; }
usage() { sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//'; exit 2; }

cmd=${1:-}; [ -n "$cmd" ] || usage

if [ "$cmd" = install ]; then
  exec env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    ceph-mon ceph-osd radosgw ceph-common
fi

[ -n "${2:-}" ] || usage
dir=$(realpath -m -- "$2")
conf=$dir/ceph.conf
marker=$dir/.postern-rgw

# A recorded pid counts only if that process still runs our daemon on our configuration.
alive() { # alive NAME
  local f=$dir/run/$1.pid pid
  [ -s "$f" ] || return 1
  pid=$(cat "$f"); [ -d "/proc/$pid" ] || return 1
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$conf"
}
spawn() { # spawn NAME cmd...: in the foreground mode of the daemon, detached from us
  local name=$1; shift
  # 9>&-: do not let a daemon inherit the lock
  setsid "$@" >>"$dir/log/$name.out" 2>&1 </dev/null 9>&- &
  echo $! >"$dir/run/$name.pid"
}
halt() { # halt NAME SIGNAL SECONDS
  alive "$1" || { rm -f "$dir/run/$1.pid"; return 0; }
  local pid; pid=$(cat "$dir/run/$1.pid")
  kill "-$2" "$pid" 2>/dev/null || true
  for _ in $(seq $(( $3 * 10 ))); do alive "$1" || break; sleep 0.1; done
  if alive "$1"; then kill -KILL "$pid" 2>/dev/null || true; sleep 0.3; fi
  rm -f "$dir/run/$1.pid"
}
s3_answers() { curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$PORT/"; }
load() { [ -f "$dir/settings" ] || die "no cluster in $dir"; . "$dir/settings"; }
lock() { exec 9>"$dir/.lock"; flock 9; }
CEPH() { timeout 60 ceph -c "$conf" "$@"; }

create() {
  local port=$1 size=${RGW_MEMORY_BYTES:-1073741824}
  mkdir -p "$dir"; [ -z "$(ls -A "$dir" | grep -vx .lock || true)" ] || die "$dir is not empty and holds no finished cluster"
  : >"$marker"; mkdir -p "$dir"/{log,run,mon,osd,rgw}
  local fsid uuid; fsid=$(cat /proc/sys/kernel/random/uuid); uuid=$(cat /proc/sys/kernel/random/uuid)
  cat >"$conf" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$((port+1)),v1:127.0.0.1:$((port+2))]
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
# Loopback only, one user: no cephx between the daemons.
auth cluster required = none
auth service required = none
auth client required = none
# Unix socket paths are limited to 107 bytes, DIR may be longer: no admin sockets.
admin socket =
run dir = $dir/run
log file = $dir/log/\$name.log
mon cluster log file = $dir/log/cluster.log
ms bind port min = $((port+10))
ms bind port max = $((port+29))
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon allow pool delete = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
mon osd full ratio = .98
mon osd nearfull ratio = .96
mon osd backfillfull ratio = .97
osd failsafe full ratio = .99
[mon.a]
host = localhost
mon data = $dir/mon
[osd.0]
host = localhost
osd data = $dir/osd
osd journal = $dir/osd/journal
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd objectstore = memstore
memstore device bytes = $size
osd class update on start = false
osd crush update on start = false
[client.rgw]
host = localhost
# radosgw defaults to a secure monitor connection, which needs cephx keys.
ms mon client mode = crc secure
ms client mode = crc secure
auth client required = none
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = localhost
rgw crypt require ssl = false
rgw thread pool size = 64
CONF
  monmaptool --create --clobber --fsid "$fsid" \
    --addv a "[v2:127.0.0.1:$((port+1)),v1:127.0.0.1:$((port+2))]" "$dir/monmap" >>"$dir/log/create.out" 2>&1
  ceph-mon -c "$conf" -i a --mkfs --monmap "$dir/monmap" >>"$dir/log/create.out" 2>&1
  echo "$uuid" >"$dir/osd.uuid"
  cat >"$dir/settings" <<SET
PORT=$port
ACCESS_KEY=POSTERNTESTKEY000001
SECRET_KEY=postern-test-secret-key-0000000000000001
SET
}

start_mon() {
  spawn mon ceph-mon -c "$conf" -i a -f
  for _ in $(seq 60); do
    CEPH --connect-timeout 2 mon stat >/dev/null 2>&1 && return 0
    alive mon || die "mon died, see $dir/log/mon.out"
  done
  die "mon does not answer"
}
osd_up() { CEPH osd stat 2>/dev/null | grep -q '1 up'; }
start_osd() {
  CEPH osd new "$(cat "$dir/osd.uuid")" >>"$dir/log/create.out" 2>&1
  CEPH osd crush add-bucket localhost host root=default >>"$dir/log/create.out" 2>&1
  CEPH osd crush add osd.0 1.0 root=default host=localhost >>"$dir/log/create.out" 2>&1
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$(cat "$dir/osd.uuid")" >>"$dir/log/create.out" 2>&1
  spawn osd ceph-osd -c "$conf" -i 0 -f
  for _ in $(seq 120); do
    osd_up && return 0
    alive osd || die "osd died, see $dir/log/osd.out"
    sleep 0.25
  done
  die "osd does not come up"
}
start_rgw() {
  if s3_answers; then die "port $PORT is taken by something else"; fi
  spawn rgw radosgw -c "$conf" -n client.rgw -f
  for _ in $(seq 600); do
    s3_answers && return 0
    alive rgw || die "radosgw died, see $dir/log/rgw.out"
    sleep 0.2
  done
  die "radosgw does not answer"
}
make_user() {
  timeout 60 radosgw-admin -c "$conf" -n client.rgw user create --uid=main --display-name=main \
    --access-key="$ACCESS_KEY" --secret-key="$SECRET_KEY" >"$dir/log/user.json" 2>>"$dir/log/create.out"
}
print_env() {
  cat <<ENV
S3_ENDPOINT=http://127.0.0.1:$PORT
S3_REGION=us-east-1
S3_ACCESS_KEY=$ACCESS_KEY
S3_SECRET_KEY=$SECRET_KEY
ENV
}

case $cmd in
  start)
    for t in ceph ceph-mon ceph-osd radosgw radosgw-admin monmaptool curl flock; do
      command -v "$t" >/dev/null || die "$t is missing (run: rgw.sh install)"
    done
    mkdir -p "$dir"; lock
    create "${3:-7480}"; load
    start_mon; start_osd; start_rgw; make_user
    print_env ;;
  stop)
    [ -e "$marker" ] || die "$dir was not made by this script"
    lock
    if [ -f "$dir/settings" ]; then load; halt rgw KILL 5; halt osd KILL 5; halt mon KILL 5; fi
    rm -rf -- "$dir" ;;
  *) usage ;;
esac
