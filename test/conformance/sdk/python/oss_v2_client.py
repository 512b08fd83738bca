"""alibabacloud-oss-v2, the official Python SDK of the second generation, against the store. See harness.py for its two arguments."""

import datetime
import hashlib
import os
import tempfile
import time
from urllib.parse import quote, unquote

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.crc import Crc64
from alibabacloud_oss_v2.exceptions import OperationError, ServiceError

from harness import (
    CHINESE,
    CREDENTIAL,
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

FORM = {"V1": form_v1, "V4": form_v4}[SCHEME]
BUCKET = f"oss-v2-{SCHEME.lower()}-{STYLE}"
KEYS = [name for name in NAMES if not {".", ".."} & set(name.split("/"))]
FOLDED = "without keys that have a segment . or ..: the HTTP library below the SDK folds them after signing"


def connect(credential: Credential) -> oss.Client:
    config = oss.config.load_default()
    config.credentials_provider = oss.credentials.StaticCredentialsProvider(*credential)
    config.region = REGION
    config.endpoint = ENDPOINT
    config.signature_version = SCHEME.lower()
    return oss.Client(config)


client = connect(CREDENTIAL)


def service_code(error: OperationError) -> str:
    cause = error.unwrap()
    return cause.code if isinstance(cause, ServiceError) else str(cause)


def denied(code: str, call) -> None:
    refused(call, OperationError, service_code, code)


def crc(data: bytes) -> str:
    checksum = Crc64(0)
    checksum.update(data)
    return str(checksum.sum64())


def etag(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest().upper()}"'


def put(key: str, data: bytes, **properties) -> None:
    """The SDK compares the CRC-64 where the answer has one; that it has one is looked at here."""
    result = client.put_object(oss.PutObjectRequest(BUCKET, key, body=data, **properties))
    equal((result.etag, result.hash_crc64), (etag(data), crc(data)), f"ETag and CRC-64 of {key}")


def read(key: str, by: oss.Client = client) -> bytes:
    result = by.get_object(oss.GetObjectRequest(BUCKET, key))
    data = result.body.read()
    equal(result.hash_crc64, crc(data), f"CRC-64 of {key}")
    return data


def head(key: str) -> oss.HeadObjectResult:
    return client.head_object(oss.HeadObjectRequest(BUCKET, key))


def check_put():
    client.put_bucket(oss.PutBucketRequest(BUCKET))
    for key in KEYS:
        put(key, content(1000, key), content_type="text/x-test", metadata={"author": "li"})
    put("stream", content(300_000, "stream"))
    again = oss.PutObjectRequest(BUCKET, KEYS[0], body=b"again", forbid_overwrite=True)
    denied("FileAlreadyExists", lambda: client.put_object(again))
    wrong = oss.PutObjectRequest(BUCKET, "wrong md5", body=b"x", content_md5="AAAAAAAAAAAAAAAAAAAAAA==")
    denied("InvalidDigest", lambda: client.put_object(wrong))
    equal(client.is_object_exist(BUCKET, "wrong md5"), False, "whether an object with a wrong MD5 is kept")
    with tempfile.NamedTemporaryFile() as file:
        file.write(content(500_000, "file"))
        file.flush()
        client.put_object_from_file(oss.PutObjectRequest(BUCKET, "stream"), file.name)
    equal(read("stream"), content(500_000, "file"), "an object overwritten from a file")
    return FOLDED


def check_get():
    for key in KEYS:
        put(key, content(2000, key), cache_control="no-cache", metadata={"author": "li"})
        result = client.get_object(oss.GetObjectRequest(BUCKET, key))
        equal(result.body.read(), content(2000, key), key)
        equal((result.cache_control, result.metadata["author"]), ("no-cache", "li"), "headers")
        equal(result.hash_crc64, crc(content(2000, key)), "CRC-64")
    large = content(3_000_000, "large")
    put("large", large)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large")
        client.get_object_to_file(oss.GetObjectRequest(BUCKET, "large"), path)  # the SDK compares the CRC-64
        with open(path, "rb") as file:
            equal(file.read(), large, "3 MB")
    denied("NoSuchKey", lambda: client.get_object(oss.GetObjectRequest(BUCKET, "nothing")))
    unmet = oss.GetObjectRequest(BUCKET, "large", if_match='"0123456789ABCDEF0123456789ABCDEF"')
    denied("PreconditionFailed", lambda: client.get_object(unmet))
    unchanged = oss.GetObjectRequest(BUCKET, "large", if_none_match=etag(large))
    refused(lambda: client.get_object(unchanged), OperationError, lambda error: error.unwrap().status_code, 304)
    return FOLDED


def check_range():
    data = content(100_000, "range")
    put("range", data)
    for text, expected in [("bytes=0-9", data[:10]), ("bytes=99990-", data[-10:]), ("bytes=-7", data[-7:])]:
        result = client.get_object(oss.GetObjectRequest(BUCKET, "range", range_header=text))
        equal((result.status_code, result.body.read()), (206, expected), text)
    result = client.get_object(oss.GetObjectRequest(BUCKET, "range", range_header="bytes=50000-50999"))
    equal(result.content_range, "bytes 50000-50999/100000", "Content-Range")
    past = client.get_object(oss.GetObjectRequest(BUCKET, "range", range_header="bytes=0-100000"))
    equal((past.status_code, past.body.read()), (200, data), "a range past the end: all of it")
    strict = oss.GetObjectRequest(BUCKET, "range", range_header="bytes=200000-", range_behavior="standard")
    denied("InvalidRange", lambda: client.get_object(strict))
    with client.open_file(BUCKET, "range") as file:
        file.seek(70_000)
        equal(file.read(1000), data[70_000:71_000], "what is read of an open file")


def check_head():
    for key in KEYS:
        put(key, content(500, key), content_type="text/x-test", metadata={"author": "li"})
        result = head(key)
        equal((result.content_length, result.content_type, result.object_type), (500, "text/x-test", "Normal"), "head")
        equal((result.etag, result.hash_crc64), (etag(content(500, key)), crc(content(500, key))), "ETag and CRC-64")
        equal(result.metadata["author"], "li", "user metadata")
        age = datetime.datetime.now(datetime.timezone.utc) - result.last_modified
        equal(abs(age) < datetime.timedelta(seconds=60), True, "whether Last-Modified is now")
        equal(
            client.get_object_meta(oss.GetObjectMetaRequest(BUCKET, key)).content_length,
            500,
            "size in the short answer",
        )
    denied("NoSuchKey", lambda: head("nothing"))
    equal(client.is_object_exist(BUCKET, "nothing"), False, "whether nothing exists")
    equal(client.is_bucket_exist("no-such-bucket"), False, "whether a bucket exists that was not made")
    return FOLDED


def check_list():
    keys = many_keys(KEYS)
    each(lambda key: client.put_object(oss.PutObjectRequest(BUCKET, key, body=key.encode())), keys)
    for paginator, request in [
        (client.list_objects_paginator, oss.ListObjectsRequest),
        (client.list_objects_v2_paginator, oss.ListObjectsV2Request),
    ]:
        pages = list(paginator(limit=700).iter_page(request(BUCKET, prefix="many/")))
        equal([len(page.contents) for page in pages], [700, 700, 700, 400], "sizes of the pages")
        listed = [entry for page in pages for entry in page.contents]
        equal([entry.key for entry in listed], keys, "all keys, in their order")
        equal([entry.size for entry in listed], [len(key.encode()) for key in keys], "sizes")
        pages = list(paginator(limit=100).iter_page(request(BUCKET, prefix="many/", delimiter="/")))
        files, folders = level(keys, "many/")
        equal([entry.key for page in pages for entry in page.contents or []], files, "keys of one level")
        equal([entry.prefix for page in pages for entry in page.common_prefixes or []], folders, "common prefixes")
    start = oss.ListObjectsV2Request(BUCKET, prefix="many/", start_after=keys[1000], max_keys=3, fetch_owner=True)
    page = client.list_objects_v2(start)
    equal([entry.key for entry in page.contents], keys[1001:1004], "keys after one")
    equal(bool(page.contents[0].owner.id), True, "whether the owner is named")
    denied("InvalidArgument", lambda: client.list_objects(oss.ListObjectsRequest(BUCKET, max_keys=1001)))
    return FOLDED


def copy(source: str, key: str, **more) -> oss.CopyObjectResult:
    return client.copy_object(oss.CopyObjectRequest(BUCKET, key, source_key=source, **more))


def check_copy():
    for key in KEYS:
        put(key, content(700, key), content_type="text/x-test", metadata={"author": "li"})
        equal(copy(key, f"copy of {key}").etag, etag(content(700, key)), "ETag")
        equal(read(f"copy of {key}"), content(700, key), f"copy of {key}")
        taken = head(f"copy of {key}")
        equal((taken.content_type, taken.metadata["author"]), ("text/x-test", "li"), "what the copy took along")
    copy(KEYS[0], "replaced", metadata_directive="REPLACE", metadata={"author": "wang"})
    equal(head("replaced").metadata["author"], "wang", "replaced metadata")
    client.put_bucket(oss.PutBucketRequest(f"{BUCKET}-other"))
    client.copy_object(
        oss.CopyObjectRequest(f"{BUCKET}-other", "from elsewhere", source_bucket=BUCKET, source_key=KEYS[0])
    )
    elsewhere = client.get_object(oss.GetObjectRequest(f"{BUCKET}-other", "from elsewhere"))
    equal(elsewhere.body.read(), content(700, KEYS[0]), "a copy in another bucket")
    denied("NoSuchKey", lambda: copy("nothing", "copy"))
    denied("PreconditionFailed", lambda: copy(KEYS[0], "copy", if_match='"0123456789ABCDEF0123456789ABCDEF"'))
    denied("FileAlreadyExists", lambda: copy(KEYS[0], "replaced", forbid_overwrite=True))
    return FOLDED


def delete_many(keys: list[str], quiet: bool = False) -> list[str]:
    objects = [oss.DeleteObject(key) for key in keys]
    result = client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(BUCKET, objects=objects, quiet=quiet))
    return [entry.key for entry in result.deleted_objects or []]


def check_delete_many():
    keys = [f"doomed/{name}" for name in KEYS] + [f"doomed/{i}" for i in range(1000 - len(KEYS))]
    each(lambda key: put(key, b"doomed"), [*keys, "spared"])
    equal(sorted(delete_many(keys)), sorted(keys), "deleted keys")
    equal(client.list_objects(oss.ListObjectsRequest(BUCKET, prefix="doomed/")).contents or [], [], "what is left")
    equal(read("spared"), b"doomed", "an object that was not named")
    equal(delete_many(["spared", "nothing"], quiet=True), [], "the answer to a quiet one")
    denied("NoSuchKey", lambda: head("spared"))
    denied("MalformedXML", lambda: delete_many(keys + ["one too many"]))
    equal(
        client.delete_object(oss.DeleteObjectRequest(BUCKET, "nothing")).status_code, 204, "status of deleting nothing"
    )
    return FOLDED


def append(key: str, position: int, data: bytes, **more) -> oss.AppendObjectResult:
    return client.append_object(oss.AppendObjectRequest(BUCKET, key, position=position, body=data, **more))


def check_append():
    pieces = [content(size, str(size)) for size in (100, 70_000, 1)]
    position, so_far = 0, b""
    for piece in pieces:
        result = append("log", position, piece, **({"metadata": {"author": "li"}} if position == 0 else {}))
        position, so_far = result.next_position, so_far + piece
        equal((position, result.hash_crc64), (len(so_far), crc(so_far)), "position and CRC-64")
    equal(read("log"), so_far, "what was appended")
    result = head("log")
    equal((result.object_type, result.metadata["author"]), ("Appendable", "li"), "type and metadata")
    equal(result.next_append_position, 70_101, "position in the head")
    denied("PositionNotEqualToLength", lambda: append("log", 5, b"x"))
    put("put", b"whole")
    denied("ObjectNotAppendable", lambda: append("put", 5, b"x"))
    with client.append_file(BUCKET, "log") as file:
        file.write(b"by a file")  # the SDK compares the CRC-64 of the whole
    equal(read("log"), so_far + b"by a file", "what a file appended")


def upload_part(key: str, upload: str, number: int, data) -> oss.UploadPartResult:
    return client.upload_part(oss.UploadPartRequest(BUCKET, key, part_number=number, upload_id=upload, body=data))


def complete(key: str, upload: str, etags: dict[int, str]) -> oss.CompleteMultipartUploadResult:
    parts = oss.CompleteMultipartUpload([oss.UploadPart(number, tag) for number, tag in etags.items()])
    request = oss.CompleteMultipartUploadRequest(BUCKET, key, upload_id=upload, complete_multipart_upload=parts)
    return client.complete_multipart_upload(request)


def uploads() -> list[tuple[str, str]]:
    pages = client.list_multipart_uploads_paginator().iter_page(oss.ListMultipartUploadsRequest(BUCKET))
    return [(entry.key, entry.upload_id) for page in pages for entry in page.uploads or []]


def initiate(key: str, **more) -> str:
    return client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(BUCKET, key, **more)).upload_id


def check_multipart():
    key = "中文 multi+part/100%.bin"
    data = [content(size, f"part of {size}") for size in (PART_BYTES + 7, PART_BYTES, 11)]
    whole = b"".join(data)
    upload = initiate(key, content_type="text/x-test", metadata={"author": "li"})
    upload_part(key, upload, 1, data[0])
    try:
        upload_part(key, upload, 2, BrokenStream(data[1]))
        raise AssertionError("the part was not broken off")
    except (OperationError, OSError):
        pass
    kept = client.list_parts(oss.ListPartsRequest(BUCKET, key, upload_id=upload)).parts
    equal([(part.part_number, part.size) for part in kept], [(1, len(data[0]))], "parts after one broke off")
    equal(kept[0].hash_crc64, crc(data[0]), "CRC-64 of a listed part")
    equal(uploads(), [(key, upload)], "uploads under way")
    etags = {1: kept[0].etag}
    for number in (2, 3):
        result = upload_part(key, upload, number, data[number - 1])
        equal(result.hash_crc64, crc(data[number - 1]), "CRC-64 of a part")
        etags[number] = result.etag
    denied("InvalidPart", lambda: complete(key, upload, {**etags, 1: f'"{"0" * 32}"'}))
    denied("InvalidPartOrder", lambda: complete(key, upload, dict(reversed(etags.items()))))
    result = complete(key, upload, etags)
    equal((result.key, result.hash_crc64), (key, crc(whole)), "key and CRC-64 of the object")
    equal(read(key), whole, "the object")
    result = head(key)
    equal(
        (result.object_type, result.content_type, result.metadata["author"]), ("Multipart", "text/x-test", "li"), "head"
    )
    upload = initiate("from a copy")
    middle = f"bytes=10-{PART_BYTES + 9}"
    request = oss.UploadPartCopyRequest(BUCKET, "from a copy", 1, upload, source_key=key, source_range=middle)
    client.upload_part_copy(request)
    upload_part("from a copy", upload, 2, b"tail")
    everything = oss.CompleteMultipartUploadRequest(BUCKET, "from a copy", upload_id=upload, complete_all="yes")
    client.complete_multipart_upload(everything)
    equal(read("from a copy"), whole[10 : PART_BYTES + 10] + b"tail", "a part that was copied, all parts completed")
    aborted = initiate(key)
    client.abort_multipart_upload(oss.AbortMultipartUploadRequest(BUCKET, key, upload_id=aborted))
    denied("NoSuchUpload", lambda: upload_part(key, aborted, 1, b"late"))
    equal(uploads(), [], "uploads left")
    managed()


def managed():
    """What people use: the SDK cuts a file into parts by itself, and compares the CRC-64 of the whole."""
    data = content(1_000_000, "file")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "wb") as file:
            file.write(data)
        uploader = client.uploader(part_size=PART_BYTES, parallel_num=3)
        uploader.upload_file(oss.PutObjectRequest(BUCKET, "from a file"), path)
        equal(read("from a file"), data, "a file uploaded in parts")
        copier = client.copier(part_size=PART_BYTES, multipart_copy_threshold=PART_BYTES)
        copier.copy(oss.CopyObjectRequest(BUCKET, "copied in parts", source_bucket=BUCKET, source_key="from a file"))
        downloader = client.downloader(part_size=PART_BYTES, parallel_num=3)
        downloader.download_file(oss.GetObjectRequest(BUCKET, "copied in parts"), f"{path}.down")
        with open(f"{path}.down", "rb") as file:
            equal(file.read(), data, "a file copied in parts and downloaded in ranges")


def tags(key: str) -> dict[str, str]:
    result = client.get_object_tagging(oss.GetObjectTaggingRequest(BUCKET, key))
    return {tag.key: tag.value or "" for tag in result.tag_set.tags or []}


def check_tagging():
    put(CHINESE, b"tagged", tagging="team=sea%20%2B%20sky&empty=")
    equal(tags(CHINESE), {"team": "sea + sky", "empty": ""}, "tags of a put")
    equal(head(CHINESE).tagging_count, 2, "their count")
    replaced = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="a:b", value="1/2 = x_y.z")]))
    client.put_object_tagging(oss.PutObjectTaggingRequest(BUCKET, CHINESE, tagging=replaced))
    equal(tags(CHINESE), {"a:b": "1/2 = x_y.z"}, "replaced tags")
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(BUCKET, CHINESE))
    equal(tags(CHINESE), {}, "deleted tags")


def check_acl():
    def acl() -> str:
        return client.get_object_acl(oss.GetObjectAclRequest(BUCKET, CHINESE)).acl

    def put_acl(value: str) -> None:
        client.put_object_acl(oss.PutObjectAclRequest(BUCKET, CHINESE, acl=value))

    put(CHINESE, b"shown")
    address = client.presign(oss.GetObjectRequest(BUCKET, CHINESE)).url.split("?")[0]
    equal(acl(), "default", "ACL of a new object")
    expect_code(fetch(address), 403, "AccessDenied")
    put_acl("public-read")
    equal((acl(), fetch(address).body), ("public-read", b"shown"), "ACL, and what everybody reads")
    put_acl("private")
    expect_code(fetch(address), 403, "AccessDenied")
    put(CHINESE, b"shown", acl="public-read")
    equal((acl(), fetch(address).body), ("public-read", b"shown"), "ACL of a put, and what everybody reads")
    client.put_bucket_acl(oss.PutBucketAclRequest(BUCKET, acl="public-read"))
    equal(client.get_bucket_acl(oss.GetBucketAclRequest(BUCKET)).acl, "public-read", "ACL of the bucket")
    client.put_bucket_acl(oss.PutBucketAclRequest(BUCKET, acl="private"))


def check_symlink():
    for target in KEYS:
        put(target, content(100, target))
        link = f"link to {target}"
        client.put_symlink(oss.PutSymlinkRequest(BUCKET, link, target=quote(target)))
        equal(unquote(client.get_symlink(oss.GetSymlinkRequest(BUCKET, link)).target), target, "target")
        equal(read(link), content(100, target), "what the link leads to")
    equal(head("link to plain.txt").object_type, "Symlink", "type")
    client.put_symlink(oss.PutSymlinkRequest(BUCKET, "broken link", target="nothing"))
    denied("SymlinkTargetNotExist", lambda: client.get_object(oss.GetObjectRequest(BUCKET, "broken link")))
    denied("NoSuchKey", lambda: client.get_symlink(oss.GetSymlinkRequest(BUCKET, "nothing")))
    return FOLDED


def check_form_post():
    key = f"form/{CHINESE}"
    fields = FORM(BUCKET, key, CREDENTIAL)
    answer = post_form(BUCKET, fields, b"from a form")
    equal((answer.status, answer.body), (204, b""), "answer")
    equal(read(key), b"from a form", "the object")
    expect_code(post_form(BUCKET, {**fields, "key": "other"}, b"x"), 403, "AccessDenied")
    expect_code(post_form(BUCKET, fields, b"x" * 1001), 400, "EntityTooLarge")
    forged = FORM(BUCKET, key, CREDENTIAL._replace(secret="wrong"))
    expect_code(post_form(BUCKET, forged, b"x"), 403, "SignatureDoesNotMatch")
    equal(post_form(BUCKET, FORM(BUCKET, key, TEMPORARY), b"x").status, 204, "form of a temporary key")
    return "signed as the SDK's sample does: it has no call for it"


def check_presigned_get():
    minute = datetime.timedelta(seconds=60)
    for key in KEYS:
        put(key, content(100, key))
        signed = client.presign(oss.GetObjectRequest(BUCKET, key), expires=minute)
        equal((signed.method, fetch(signed.url).body), ("GET", content(100, key)), key)
    typed = oss.GetObjectRequest(BUCKET, "folder/file.txt", response_content_type="text/x-test")
    url = client.presign(typed, expires=minute).url
    equal(fetch(url).headers["Content-Type"], "text/x-test", "type that the URL asks for")
    expect_code(fetch(url.replace("folder", "f0lder")), 403, "SignatureDoesNotMatch")
    expect_code(fetch(url, "DELETE"), 403, "SignatureDoesNotMatch")
    past = client.presign(oss.GetObjectRequest(BUCKET, KEYS[0]), expires=datetime.timedelta(seconds=2)).url
    time.sleep(3.1)
    expect_code(fetch(past), 403, "AccessDenied")
    return FOLDED


def check_presigned_put():
    for key in KEYS:
        request = oss.PutObjectRequest(BUCKET, key, content_type="text/x-test", metadata={"author": "li"})
        signed = client.presign(request, expires=datetime.timedelta(seconds=60))
        headers = dict(signed.signed_headers)
        equal(fetch(signed.url, signed.method, content(300, f"presigned {key}"), headers).status, 200, "status")
        equal(read(key), content(300, f"presigned {key}"), key)
        equal(head(key).metadata["author"], "li", "user metadata")
    other = {**headers, "Content-Type": "text/other"}
    expect_code(fetch(signed.url, "PUT", b"x", other), 403, "SignatureDoesNotMatch")
    return FOLDED


def check_sts():
    temporary = connect(TEMPORARY)
    temporary.put_object(oss.PutObjectRequest(BUCKET, "by a temporary key", body=b"temporary"))
    equal(read("by a temporary key", temporary), b"temporary", "object")
    page = temporary.list_objects_v2(oss.ListObjectsV2Request(BUCKET, prefix="by a"))
    equal([entry.key for entry in page.contents], ["by a temporary key"], "list")
    url = temporary.presign(oss.GetObjectRequest(BUCKET, "by a temporary key")).url
    equal(fetch(url).body, b"temporary", "presigned")
    for credential, code in [
        (TEMPORARY._replace(token="wrong"), "InvalidSecurityToken"),
        (TEMPORARY._replace(token=None), "InvalidAccessKeyId"),
        (TEMPORARY._replace(secret="wrong"), "SignatureDoesNotMatch"),
        (CREDENTIAL._replace(secret="wrong"), "SignatureDoesNotMatch"),
        (CREDENTIAL._replace(id="unknown"), "InvalidAccessKeyId"),
        (CREDENTIAL._replace(token="unasked"), "InvalidAccessKeyId"),
    ]:
        stranger = connect(credential)
        denied(code, lambda: stranger.get_object(oss.GetObjectRequest(BUCKET, "by a temporary key")))


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
