// Engines that nobody here wrote: `npm run conformance` starts a real Ceph RGW, then runs the tests of test/engines against it.
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { NotRun, succeeds } from './conformance-sdks.mjs'
import { ROOT } from './setup.mjs'

const SCRIPT = join(ROOT, 'scripts', 'rgw.sh')
/** The cluster takes this port and some of the 29 above it; another try takes others. */
const PORTS = { from: 20_000, to: 32_000 }
const TRIES = 3

/** Runs what issuer and browser do with an engine; tells whether all is well. */
export function runEngines(folder, requireAll) {
  console.log('\n== Ceph RGW')
  try {
    installRgw()
  } catch (error) {
    if (!(error instanceof NotRun)) throw error
    console.log(`NOT RUN: ${error.message}`)
    return !requireAll
  }
  const cluster = join(folder, 'rgw')
  const stop = () => spawnSync('bash', [SCRIPT, 'stop', cluster], { stdio: 'ignore' })
  process.prependListener('exit', stop) // also where this run ends early, and before its folder is removed
  const env = startRgw(cluster, stop)
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const words = [vitest, 'run', '--project', 'engines']
  try {
    return succeeds(process.execPath, words, { cwd: ROOT, env: { ...process.env, ...env } })
  } finally {
    stop()
  }
}

/** Debian's own packages, where this user may install them. */
function installRgw() {
  if (process.platform !== 'linux') throw new NotRun('Ceph runs on Linux only')
  if (['radosgw', 'ceph-osd', 'ceph-mon', 'monmaptool'].every(starts)) return
  if (process.getuid?.() !== 0 || !starts('apt-get'))
    throw new NotRun('there is no Ceph RGW on this machine (on Debian, as root: bash scripts/rgw.sh install)')
  console.log('Installing Ceph (apt-get install)…')
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], quiet)
  if (!succeeds('bash', [SCRIPT, 'install'], quiet)) throw new NotRun('apt-get could not install Ceph')
}

/** Starts a cluster; gives what its script prints: S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY. */
function startRgw(cluster, stop) {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = String(randomInt(PORTS.from, PORTS.to))
    const { status, stdout, stderr } = spawnSync('bash', [SCRIPT, 'start', cluster, port], { encoding: 'utf8' })
    if (status === 0)
      return Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split('=', 2)),
      )
    console.log(stderr.trim())
    stop()
  }
  throw new Error('Ceph RGW did not start; its own words are above.')
}

function starts(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}
