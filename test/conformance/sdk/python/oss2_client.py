"""oss2, the official Python SDK of the first generation, against the store. See harness.py for its two arguments."""

import hashlib
import io
import os
import tempfile
import time

import oss2
from oss2.exceptions import RequestError, ServerError
from oss2.models import PartInfo, Tagging, TaggingRule
from oss2.utils import Crc64

from harness import (
    CREDENTIAL,
    CHINESE,
    ENDPOINT,
    NAMES,
    PART_BYTES,
    REGION,
    SCHEME,
    STYLE,
    TEMPORARY,
    BrokenStream,
    Credential,
    content,
    each,
    equal,
    expect_code,
    fetch,
    form_v1,
    form_v4,
    level,
    many_keys,
    post_form,
    refused,
    run,
)

VERSION = {"V1": oss2.AUTH_VERSION_1, "V4": oss2.AUTH_VERSION_4}[SCHEME]
FORM = {"V1": form_v1, "V4": form_v4}[SCHEME]
NAME = f"oss2-{SCHEME.lower()}-{STYLE}"
KEYS = [name for name in NAMES if name != ".."]
FOLDED = 'without the key "..": the HTTP library below oss2 folds it before sending'


def connect(credential: Credential) -> oss2.Bucket:
    if credential.token is None:
        auth = oss2.make_auth(credential.id, credential.secret, VERSION)
    else:
        auth = oss2.StsAuth(*credential, auth_version=VERSION)
    bucket = oss2.Bucket(auth, ENDPOINT, NAME, region=REGION)
    equal(bucket.enable_crc, True, "whether oss2 checks CRC-64")
    return bucket


bucket = connect(CREDENTIAL)


def denied(code: str, call) -> None:
    refused(call, ServerError, lambda error: error.code, code)


def crc(data: bytes) -> int:
    checksum = Crc64()
    checksum(data)
    return checksum.crc


def etag(data: bytes) -> str:
    return hashlib.md5(data).hexdigest().upper()


def put(key: str, data: bytes, **headers: str) -> oss2.models.PutObjectResult:
    result = bucket.put_object(key, data, headers={name.replace("_", "-"): value for name, value in headers.items()})
    equal((result.etag, result.crc), (etag(data), crc(data)), f"ETag and CRC-64 of {key}")
    return result


def read(key: str, by=bucket) -> bytes:
    """The whole object, whose CRC-64 oss2 computes on the way and leaves to us to compare."""
    result = by.get_object(key)
    data = result.read()
    equal(result.client_crc, result.server_crc, f"CRC-64 of {key}")
    return data


def check_put():
    bucket.create_bucket()
    for key in KEYS:
        put(key, content(1000, key), Content_Type="text/x-test", x_oss_meta_author="li")
    put("stream", content(300_000, "stream"))
    bucket.put_object("stream", io.BytesIO(content(300_000, "of a file")))
    equal(read("stream"), content(300_000, "of a file"), "an overwritten object")
    once = {"x-oss-forbid-overwrite": "true"}
    denied("FileAlreadyExists", lambda: bucket.put_object(KEYS[0], b"again", headers=once))
    denied(
        "InvalidDigest",
        lambda: bucket.put_object("wrong md5", b"x", headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}),
    )
    equal(bucket.object_exists("wrong md5"), False, "whether an object with a wrong MD5 is kept")
    return FOLDED


def check_get():
    for key in KEYS:
        put(key, content(2000, key), Cache_Control="no-cache", x_oss_meta_author="li")
        result = bucket.get_object(key)
        equal(result.read(), content(2000, key), key)
        equal(result.headers["Cache-Control"], "no-cache", "Cache-Control")
        equal(result.headers["x-oss-meta-author"], "li", "user metadata")
        equal(result.client_crc, crc(content(2000, key)), "CRC-64 that oss2 computed")
    put("large", content(3_000_000, "large"))
    equal(read("large"), content(3_000_000, "large"), "3 MB")
    denied("NoSuchKey", lambda: bucket.get_object("nothing"))
    match = {"If-None-Match": f'"{etag(content(3_000_000, "large"))}"'}
    refused(lambda: bucket.get_object("large", headers=match), oss2.exceptions.NotModified, lambda e: e.status, 304)
    return FOLDED


def check_range():
    data = content(100_000, "range")
    put("range", data)
    for first, last, expected in [(0, 9, data[:10]), (99_990, None, data[-10:]), (None, 7, data[-7:])]:
        result = bucket.get_object("range", byte_range=(first, last))
        equal((result.status, result.read()), (206, expected), f"range {first} to {last}")
    result = bucket.get_object("range", byte_range=(50_000, 50_999))
    equal(result.content_range, "bytes 50000-50999/100000", "Content-Range")
    equal(len(bucket.get_object("range", byte_range=(0, 100_000)).read()), 100_000, "a range past the end: all of it")


def check_head():
    for key in KEYS:
        put(key, content(500, key), Content_Type="text/x-test", x_oss_meta_author="li")
        head = bucket.head_object(key)
        equal(head.content_length, 500, "size")
        equal((head.etag, head.server_crc), (etag(content(500, key)), crc(content(500, key))), "ETag and CRC-64")
        equal((head.content_type, head.object_type), ("text/x-test", "Normal"), "type")
        equal(head.headers["x-oss-meta-author"], "li", "user metadata")
        equal(abs(head.last_modified - time.time()) < 60, True, "whether Last-Modified is now")
        equal(bucket.get_object_meta(key).content_length, 500, "size in the short answer")
    refused(
        lambda: bucket.head_object("nothing"),
        oss2.exceptions.NotFound,
        lambda e: (e.status, e.code),
        (404, "NoSuchKey"),
    )
    equal(bucket.object_exists("nothing"), False, "whether nothing exists")
    return FOLDED


def check_list():
    keys = many_keys()
    each(lambda key: bucket.put_object(key, key.encode()), keys)
    for iterator in (oss2.ObjectIterator, oss2.ObjectIteratorV2):
        listed = list(iterator(bucket, prefix="many/", max_keys=1000))
        in_pages = [entry.key for entry in listed]
        equal(sorted(in_pages, key=str.encode), keys, "all keys")
        equal([entry.size for entry in listed], [len(key.encode()) for key in in_pages], "sizes")
        entries = list(iterator(bucket, prefix="many/", delimiter="/", max_keys=100))
        files, folders = level(keys, "many/")
        equal(sorted([e.key for e in entries if not e.is_prefix()], key=str.encode), files, "keys of one level")
        equal(sorted([e.key for e in entries if e.is_prefix()], key=str.encode), folders, "common prefixes")
    in_order, page = [], None
    while page is None or page.is_truncated:
        page = bucket.list_objects(prefix="many/", marker=page.next_marker if page else "", max_keys=700)
        in_order += [entry.key for entry in page.object_list]
    equal(in_order, keys, "the order of the keys, over pages of 700")
    denied("InvalidArgument", lambda: bucket.list_objects(max_keys=1001))


def check_copy():
    for key in KEYS:
        put(key, content(700, key), Content_Type="text/x-test", x_oss_meta_author="li")
        bucket.copy_object(NAME, key, f"copy of {key}")
        equal(read(f"copy of {key}"), content(700, key), f"copy of {key}")
        head = bucket.head_object(f"copy of {key}")
        equal((head.content_type, head.headers["x-oss-meta-author"]), ("text/x-test", "li"), "what the copy took along")
    replace = {"x-oss-metadata-directive": "REPLACE", "x-oss-meta-author": "wang"}
    bucket.copy_object(NAME, KEYS[0], "replaced", headers=replace)
    equal(bucket.head_object("replaced").headers["x-oss-meta-author"], "wang", "replaced metadata")
    bucket.update_object_meta("replaced", {"x-oss-meta-author": "zhao"})
    equal(
        bucket.head_object("replaced").headers["x-oss-meta-author"], "zhao", "metadata of an object copied onto itself"
    )
    denied("NoSuchKey", lambda: bucket.copy_object(NAME, "nothing", "copy"))
    unmet = {"x-oss-copy-source-if-match": '"0123456789ABCDEF0123456789ABCDEF"'}
    denied("PreconditionFailed", lambda: bucket.copy_object(NAME, KEYS[0], "copy", headers=unmet))
    return FOLDED


def check_delete_many():
    keys = sorted(
        [f"doomed/{name}" for name in KEYS] + [f"doomed/{i}" for i in range(1000 - len(KEYS))], key=str.encode
    )
    each(lambda key: bucket.put_object(key, b"doomed"), [*keys, "spared"])
    deleted = bucket.batch_delete_objects(keys).deleted_keys
    equal(sorted(deleted, key=str.encode), keys, "deleted keys")
    equal(bucket.list_objects(prefix="doomed/").object_list, [], "what is left")
    equal(read("spared"), b"doomed", "an object that was not named")
    equal(bucket.batch_delete_objects(keys[:3]).deleted_keys, keys[:3], "deleting what is gone")
    equal(bucket.delete_object("spared").status, 204, "status of deleting one")
    return FOLDED


def check_append():
    pieces = [content(size, str(size)) for size in (100, 70_000, 1)]
    position, checksum = 0, 0
    bucket.delete_object("log")
    for piece in pieces:
        headers = {"x-oss-meta-author": "li"} if position == 0 else None
        result = bucket.append_object(
            "log", position, piece, headers=headers, init_crc=checksum
        )  # oss2 compares the CRC-64
        position, checksum = result.next_position, result.crc
    equal((position, checksum), (70_101, crc(b"".join(pieces))), "position and CRC-64")
    equal(read("log"), b"".join(pieces), "what was appended")
    head = bucket.head_object("log")
    equal((head.object_type, head.headers["x-oss-meta-author"]), ("Appendable", "li"), "type and metadata")
    equal(head.headers["x-oss-next-append-position"], "70101", "position in the head")
    denied("PositionNotEqualToLength", lambda: bucket.append_object("log", 5, b"x"))
    put("put", b"whole")
    denied("ObjectNotAppendable", lambda: bucket.append_object("put", 5, b"x"))


def check_multipart():
    key = "中文 multi+part/100%.bin"
    data = [content(size, f"part of {size}") for size in (PART_BYTES + 7, PART_BYTES, 11)]
    upload = bucket.init_multipart_upload(
        key, headers={"Content-Type": "text/x-test", "x-oss-meta-author": "li"}
    ).upload_id
    bucket.upload_part(key, upload, 1, data[0])
    try:
        bucket.upload_part(key, upload, 2, BrokenStream(data[1]))
        raise AssertionError("the part was not broken off")
    except (RequestError, OSError):
        pass
    kept = bucket.list_parts(key, upload).parts
    equal([(part.part_number, part.size) for part in kept], [(1, len(data[0]))], "parts after one broke off")
    equal([u.upload_id for u in oss2.MultipartUploadIterator(bucket) if u.key == key], [upload], "uploads under way")
    parts = [PartInfo(part.part_number, part.etag, part.size, part_crc=part.part_crc) for part in kept]
    for number in (2, 3):
        result = bucket.upload_part(key, upload, number, data[number - 1])
        equal(result.etag, etag(data[number - 1]), "ETag of a part")
        parts.append(PartInfo(number, result.etag, len(data[number - 1]), part_crc=result.crc))
    wrong = [PartInfo(1, "0" * 32), *parts[1:]]
    denied("InvalidPart", lambda: bucket.complete_multipart_upload(key, upload, wrong))
    result = bucket.complete_multipart_upload(key, upload, parts)  # oss2 combines the parts' CRC-64 and compares
    equal(result.crc, crc(b"".join(data)), "CRC-64 of the object")
    equal(read(key), b"".join(data), "the object")
    head = bucket.head_object(key)
    equal((head.object_type, head.content_type), ("Multipart", "text/x-test"), "type")
    equal((head.headers["x-oss-meta-author"], head.etag), ("li", result.etag), "metadata and ETag")
    copied_part(key, b"".join(data))
    aborted = bucket.init_multipart_upload(key).upload_id
    bucket.abort_multipart_upload(key, aborted)
    denied("NoSuchUpload", lambda: bucket.upload_part(key, aborted, 1, b"late"))
    equal(list(oss2.MultipartUploadIterator(bucket)), [], "uploads left")
    resumed_file()


def copied_part(source: str, data: bytes):
    upload = bucket.init_multipart_upload("from a copy").upload_id
    part = bucket.upload_part_copy(NAME, source, (10, PART_BYTES + 9), "from a copy", upload, 1)
    tail = bucket.upload_part("from a copy", upload, 2, b"tail")
    bucket.complete_multipart_upload(
        "from a copy",
        upload,
        [
            PartInfo(1, part.etag, PART_BYTES, part_crc=crc(data[10 : PART_BYTES + 10])),
            PartInfo(2, tail.etag, 4, part_crc=tail.crc),
        ],
    )
    equal(read("from a copy"), data[10 : PART_BYTES + 10] + b"tail", "a part that was copied")


def resumed_file():
    """What people use: the SDK cuts a file into parts by itself."""
    data = content(1_000_000, "file")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "wb") as file:
            file.write(data)
        oss2.resumable_upload(
            bucket,
            "from a file",
            path,
            oss2.ResumableStore(root=folder),
            multipart_threshold=1,
            part_size=PART_BYTES,
            num_threads=3,
        )
        equal(read("from a file"), data, "a file uploaded in parts")
        oss2.resumable_download(
            bucket,
            "from a file",
            f"{path}.down",
            multiget_threshold=1,
            part_size=PART_BYTES,
            num_threads=3,
            store=oss2.ResumableDownloadStore(root=folder),
        )
        with open(f"{path}.down", "rb") as file:
            equal(file.read(), data, "a file downloaded in ranges")


def check_tagging():
    key = CHINESE
    put(key, b"tagged", x_oss_tagging="team=sea%20%2B%20sky&empty=")
    equal(bucket.get_object_tagging(key).tag_set.tagging_rule, {"team": "sea + sky", "empty": ""}, "tags of a put")
    equal(bucket.head_object(key).headers["x-oss-tagging-count"], "2", "their count")
    rule = TaggingRule()
    rule.add("a:b", "1/2 = x_y.z")
    bucket.put_object_tagging(key, Tagging(rule))
    equal(bucket.get_object_tagging(key).tag_set.tagging_rule, {"a:b": "1/2 = x_y.z"}, "replaced tags")
    bucket.delete_object_tagging(key)
    equal(bucket.get_object_tagging(key).tag_set.tagging_rule, {}, "deleted tags")


def check_acl():
    key = CHINESE
    put(key, b"shown")
    address = bucket._make_url(NAME, key)
    equal(bucket.get_object_acl(key).acl, oss2.OBJECT_ACL_DEFAULT, "ACL of a new object")
    expect_code(fetch(address), 403, "AccessDenied")
    bucket.put_object_acl(key, oss2.OBJECT_ACL_PUBLIC_READ)
    equal(bucket.get_object_acl(key).acl, oss2.OBJECT_ACL_PUBLIC_READ, "ACL")
    equal(fetch(address).body, b"shown", "what everybody reads")
    bucket.put_object_acl(key, oss2.OBJECT_ACL_PRIVATE)
    expect_code(fetch(address), 403, "AccessDenied")
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    equal(bucket.get_bucket_acl().acl, oss2.BUCKET_ACL_PUBLIC_READ, "ACL of the bucket")
    expect_code(fetch(address), 403, "AccessDenied")
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PRIVATE)


def check_symlink():
    for target in KEYS:
        put(target, content(100, target))
        bucket.put_symlink(target, f"link to {target}")
        equal(bucket.get_symlink(f"link to {target}").target_key, target, "target")
        equal(read(f"link to {target}"), content(100, target), "what the link leads to")
    equal(bucket.head_object("link to plain.txt").object_type, "Symlink", "type")
    bucket.put_symlink("nothing", "broken link")
    denied("SymlinkTargetNotExist", lambda: bucket.get_object("broken link"))
    denied("NoSuchKey", lambda: bucket.get_symlink("nothing"))
    return FOLDED


def check_form_post():
    key = f"form/{CHINESE}"
    fields = FORM(NAME, key, CREDENTIAL)
    answer = post_form(NAME, fields, b"from a form")
    equal((answer.status, answer.body), (204, b""), "answer")
    equal(read(key), b"from a form", "the object")
    expect_code(post_form(NAME, {**fields, "key": "other"}, b"x"), 403, "AccessDenied")
    expect_code(post_form(NAME, fields, b"x" * 1001), 400, "EntityTooLarge")
    forged = FORM(NAME, key, CREDENTIAL._replace(secret="wrong"))
    expect_code(post_form(NAME, forged, b"x"), 403, "SignatureDoesNotMatch")
    equal(post_form(NAME, FORM(NAME, key, TEMPORARY), b"by a temporary key").status, 204, "form of a temporary key")


def check_presigned_get():
    for key in KEYS:
        put(key, content(100, key))
        equal(fetch(bucket.sign_url("GET", key, 60)).body, content(100, key), key)
        equal(bucket.get_object_with_url(bucket.sign_url("GET", key, 60)).read(), content(100, key), key)
    url = bucket.sign_url(
        "GET", "folder/file.txt", 60, slash_safe=True, params={"response-content-type": "text/x-test"}
    )
    equal(fetch(url).headers["Content-Type"], "text/x-test", "type that the URL asks for")
    expect_code(fetch(url.replace("folder", "f0lder")), 403, "SignatureDoesNotMatch")
    expect_code(fetch(url, "DELETE"), 403, "SignatureDoesNotMatch")
    past = bucket.sign_url("GET", KEYS[0], 1)
    time.sleep(2.1)
    expect_code(fetch(past), 403, "AccessDenied")
    return FOLDED


def check_presigned_put():
    headers = {"Content-Type": "text/x-test", "x-oss-meta-author": "li"}
    for key in KEYS:
        url = bucket.sign_url("PUT", key, 60, headers=dict(headers))
        equal(fetch(url, "PUT", content(300, f"presigned {key}"), headers).status, 200, "status")
        equal(read(key), content(300, f"presigned {key}"), key)
        equal(bucket.head_object(key).headers["x-oss-meta-author"], "li", "user metadata")
    expect_code(fetch(url, "PUT", b"x", {**headers, "Content-Type": "text/other"}), 403, "SignatureDoesNotMatch")
    bucket.put_object_with_url(url, b"by oss2 itself", headers=headers)
    equal(read(key), b"by oss2 itself", "an object put by URL")
    return FOLDED


def check_sts():
    temporary = connect(TEMPORARY)
    temporary.put_object("by a temporary key", b"temporary")
    equal(read("by a temporary key", temporary), b"temporary", "object")
    equal([e.key for e in oss2.ObjectIterator(temporary, prefix="by a")], ["by a temporary key"], "list")
    equal(fetch(temporary.sign_url("GET", "by a temporary key", 60)).body, b"temporary", "presigned")
    for credential, code in [
        (TEMPORARY._replace(token="wrong"), "InvalidSecurityToken"),
        (TEMPORARY._replace(token=None), "InvalidAccessKeyId"),
        (TEMPORARY._replace(secret="wrong"), "SignatureDoesNotMatch"),
        (CREDENTIAL._replace(secret="wrong"), "SignatureDoesNotMatch"),
        (CREDENTIAL._replace(id="unknown"), "InvalidAccessKeyId"),
        (CREDENTIAL._replace(token="unasked"), "InvalidAccessKeyId"),
    ]:
        denied(code, lambda: connect(credential).get_object("by a temporary key"))


run(
    {
        "put": check_put,
        "get": check_get,
        "range": check_range,
        "head": check_head,
        "list": check_list,
        "copy": check_copy,
        "delete many": check_delete_many,
        "append": check_append,
        "multipart": check_multipart,
        "tagging": check_tagging,
        "ACL": check_acl,
        "symlink": check_symlink,
        "form post": check_form_post,
        "presigned get": check_presigned_get,
        "presigned put": check_presigned_put,
        "STS": check_sts,
    },
)
