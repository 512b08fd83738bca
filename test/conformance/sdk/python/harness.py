"""What the Python clients share: what the runner tells them, the report, and HTTP without an SDK."""

import base64
import hashlib
import hmac
import json
import os
import socket
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple


class Credential(NamedTuple):
    id: str
    secret: str
    token: str | None = None


ADDRESS = os.environ["CONFORMANCE_ENDPOINT"]
SCHEME, STYLE = sys.argv[1:3]
"""`V1` or `V4`; `path` or `host`."""
ENDPOINT = ADDRESS if STYLE == "path" else ADDRESS.replace("127.0.0.1", "oss.test")
"""An address that is an IP makes both SDKs use path style; below a name they put the bucket in front."""
REGION = os.environ["CONFORMANCE_REGION"]
CREDENTIAL = Credential(os.environ["OSS_ACCESS_KEY_ID"], os.environ["OSS_ACCESS_KEY_SECRET"])
TEMPORARY = Credential(
    os.environ["CONFORMANCE_STS_ACCESS_KEY_ID"],
    os.environ["CONFORMANCE_STS_ACCESS_KEY_SECRET"],
    os.environ["CONFORMANCE_STS_SECURITY_TOKEN"],
)

with open(os.environ["CONFORMANCE_NAMES"], encoding="utf-8") as file:
    NAMES = file.read().splitlines()

CHINESE = "中文/文件.txt"
PART_BYTES = 100 * 1024
"""The smallest part that OSS takes, but for the last."""


system_resolver = socket.getaddrinfo


def resolve(host, *rest, **named):
    """Where the bucket stands in the host name, that name leads to this machine."""
    return system_resolver("127.0.0.1" if str(host).endswith(".oss.test") else host, *rest, **named)


socket.getaddrinfo = resolve


def many_keys(names=NAMES) -> list[str]:
    """2,500 keys below `many/`, every fifth of them in no folder, in the order in which OSS lists them."""
    keys = [f"many/{names[i % len(names)]}{'-' if i % 5 == 0 else '/'}{i}" for i in range(2500)]
    return sorted(keys, key=str.encode)


def level(keys, prefix: str) -> tuple[list[str], list[str]]:
    """The keys directly below a prefix, and the common prefixes, where `/` is the delimiter."""
    rests = [key[len(prefix) :] for key in keys if key.startswith(prefix)]
    files = [prefix + rest for rest in rests if "/" not in rest]
    folders = dict.fromkeys(prefix + rest.split("/")[0] + "/" for rest in rests if "/" in rest)
    return files, list(folders)


def content(size: int, seed: str) -> bytes:
    """Bytes that differ from place to place and from seed to seed."""
    block = hashlib.sha256(seed.encode()).digest()
    return b"".join(hashlib.sha256(block + i.to_bytes(4, "big")).digest() for i in range(size // 32 + 1))[:size]


class BrokenStream:
    """A body that promises `len` bytes, as `requests` reads it, and breaks off in the middle."""

    def __init__(self, data: bytes):
        self.len = len(data)
        self._data = data[: len(data) // 2]

    def __len__(self) -> int:
        return self.len

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        return self.read(8192)

    def read(self, amount: int = -1) -> bytes:
        if not self._data:
            raise OSError("the body breaks off here, as the test wants")
        piece, self._data = self._data[:amount], self._data[amount:]
        return piece


def each(work: Callable, items) -> None:
    """Does the work for each item, a few at a time."""
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(work, items):
            pass


def equal(actual, expected, what: str) -> None:
    if actual == expected:
        return
    raise AssertionError(f"{what}: {_shown(actual)} instead of {_shown(expected)}")


def _shown(value) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(value)})"


def refused(call: Callable, error_type: type, read_code: Callable[[Exception], str], code: str) -> None:
    """The call must fail, with this `Code` of OSS."""
    try:
        call()
    except error_type as error:
        equal(read_code(error), code, "Code of the refusal")
        return
    raise AssertionError(f"was not refused with {code}")


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, method: str = "GET", body: bytes | None = None, headers: dict | None = None) -> Answer:
    """HTTP without an SDK; the path is sent as it is written."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def expect_code(answer: Answer, status: int, code: str) -> None:
    equal(answer.status, status, "status")
    if f"<Code>{code}</Code>" not in answer.body.decode():
        raise AssertionError(f"the answer is not {code}: {answer.body.decode()}")


def post_form(bucket: str, fields: dict[str, str], file: bytes) -> Answer:
    """Posts a form as a browser does."""
    boundary = "----conformance7MA4YWxkTrZu0gW"
    entries = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    entries.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="cat.png"\r\n'
        "Content-Type: image/png\r\n\r\n".encode()
    )
    body = b"".join(entries) + file + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return fetch(f"{ADDRESS}/{bucket}/", "POST", body, headers)


def form_v1(bucket: str, key: str, credential: Credential) -> dict[str, str]:
    """The fields of a form signed V1, as oss2's examples/object_post.py makes them."""
    policy = _policy([{"bucket": bucket}, ["eq", "$key", key], ["content-length-range", 1, 1000]])
    signature = base64.b64encode(hmac.new(credential.secret.encode(), policy.encode(), hashlib.sha1).digest())
    fields = {"key": key, "OSSAccessKeyId": credential.id, "policy": policy, "Signature": signature.decode()}
    return fields | ({"x-oss-security-token": credential.token} if credential.token else {})


def form_v4(bucket: str, key: str, credential: Credential) -> dict[str, str]:
    """The fields of a form signed V4, as alibabacloud-oss-v2's sample/post_object.py makes them."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = [moment[:8], REGION, "oss", "aliyun_v4_request"]
    fields = {
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": "/".join([credential.id, *scope]),
        "x-oss-date": moment,
    }
    if credential.token:
        fields["x-oss-security-token"] = credential.token
    pinned = [{name: value} for name, value in fields.items()]
    policy = _policy([{"bucket": bucket}, ["eq", "$key", key], ["content-length-range", 1, 1000], *pinned])
    signing_key = f"aliyun_v4{credential.secret}".encode()
    for piece in scope:
        signing_key = hmac.new(signing_key, piece.encode(), hashlib.sha256).digest()
    signature = hmac.new(signing_key, policy.encode(), hashlib.sha256).hexdigest()
    return {"key": key, **fields, "policy": policy, "x-oss-signature": signature}


def _policy(conditions: list) -> str:
    expiration = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 60))
    return base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()


def run(operations: dict[str, Callable[[], str | None]]) -> None:
    """Runs each operation, whatever became of the one before, and reports it. What one returns is a remark for the table."""
    for name, operation in operations.items():
        try:
            remark = operation()
            _report(name, "passed", remark)
        except Exception as error:
            _report(name, "failed", f"{type(error).__name__}: {error}")
            print(f"  {name} failed:", file=sys.stderr)
            traceback.print_exception(error, chain=False)


def _report(operation: str, result: str, why: str | None) -> None:
    client = os.environ["CONFORMANCE_CLIENT"]
    row = {"client": client, "operation": operation, "result": result} | ({"why": why} if why else {})
    with open(os.environ["CONFORMANCE_RESULTS"], "a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
