import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.ClientException;
import com.aliyun.oss.HttpMethod;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.common.utils.BinaryUtil;
import com.aliyun.oss.common.utils.CRC64;
import com.aliyun.oss.common.utils.IOUtils;
import com.aliyun.oss.internal.OSSUtils;
import com.aliyun.oss.model.*;
import java.io.ByteArrayInputStream;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;

/** The official Java SDK against the store. Arguments: V1 or V4; path or host. */
public final class Client {
  private static String scheme;
  private static String style;
  private static String bucket;
  private static OSS client;
  private static List<String> names;

  public static void main(String[] arguments) throws Exception {
    scheme = arguments[0];
    style = arguments[1];
    bucket = "java-" + scheme.toLowerCase() + "-" + style;
    resolveHosts();
    names = Harness.names();
    client = connect(Harness.OWNER);
    var operations = new LinkedHashMap<String, Harness.Operation>();
    operations.put("put", Client::checkPut);
    operations.put("get", Client::checkGet);
    operations.put("range", Client::checkRange);
    operations.put("head", Client::checkHead);
    operations.put("list", Client::checkList);
    operations.put("copy", Client::checkCopy);
    operations.put("delete many", Client::checkDeleteMany);
    operations.put("append", Client::checkAppend);
    operations.put("multipart", Client::checkMultipart);
    operations.put("tagging", Client::checkTagging);
    operations.put("ACL", Client::checkAcl);
    operations.put("symlink", Client::checkSymlink);
    operations.put("form post", Client::checkFormPost);
    operations.put("presigned get", Client::checkPresignedGet);
    operations.put("presigned put", Client::checkPresignedPut);
    operations.put("STS", Client::checkSts);
    Harness.run(operations);
    client.shutdown();
  }

  /** Where the bucket stands in the host name, that name leads to this machine. Java reads this file in place of the system's resolver. */
  private static void resolveHosts() throws Exception {
    if (style.equals("path")) return;
    var hosts = Files.createTempFile("conformance", ".hosts");
    hosts.toFile().deleteOnExit();
    Files.writeString(hosts, "127.0.0.1 oss.test 127.0.0.1");
    for (var name : List.of(bucket, bucket + "-other", "no-such-bucket"))
      Files.writeString(hosts, "\n127.0.0.1 " + name + ".oss.test", StandardOpenOption.APPEND);
    System.setProperty("jdk.net.hosts.file", hosts.toString());
  }

  private static OSS connect(Harness.Credential by) {
    var configuration = new ClientBuilderConfiguration();
    configuration.setSignatureVersion(SignVersion.valueOf(scheme));
    configuration.setSLDEnabled(style.equals("path"));
    Harness.equal(configuration.isCrcCheckEnabled(), true, "whether the SDK checks CRC-64");
    return OSSClientBuilder.create()
        .endpoint(style.equals("path") ? Harness.ADDRESS : Harness.ADDRESS.replace("127.0.0.1", "oss.test"))
        .credentialsProvider(new DefaultCredentialProvider(by.id(), by.secret(), by.token()))
        .clientConfiguration(configuration)
        .region(Harness.REGION)
        .build();
  }

  private interface Call {
    void make() throws Exception;
  }

  /** The call must fail, with this `Code` of OSS. */
  private static void refused(String code, Call call) throws Exception {
    try {
      call.make();
    } catch (OSSException refusal) {
      Harness.equal(refusal.getErrorCode(), code, "Code of the refusal");
      return;
    }
    throw new AssertionError("was not refused with " + code);
  }

  private static long crc(byte[] data) {
    return new CRC64(data, data.length).getValue();
  }

  private static ByteArrayInputStream stream(byte[] data) {
    return new ByteArrayInputStream(data);
  }

  private static ObjectMetadata described() {
    var metadata = new ObjectMetadata();
    metadata.setContentType("text/x-test");
    metadata.setCacheControl("no-cache");
    metadata.addUserMetadata("author", "li");
    return metadata;
  }

  private static ObjectMetadata with(String header, String value) {
    var metadata = new ObjectMetadata();
    metadata.setHeader(header, value);
    return metadata;
  }

  /** The SDK compares the CRC-64 where the answer has one; that it has one is looked at here. */
  private static void put(String key, byte[] data, ObjectMetadata metadata) throws Exception {
    var result = client.putObject(bucket, key, stream(data), metadata);
    Harness.equal(result.getETag(), Harness.etag(data), "ETag of " + key);
    Harness.equal(result.getServerCRC(), crc(data), "CRC-64 of " + key);
  }

  private static void put(String key, byte[] data) throws Exception {
    put(key, data, null);
  }

  private static byte[] read(OSS by, String key) throws Exception {
    try (var object = by.getObject(bucket, key)) {
      var data = object.getObjectContent().readAllBytes();
      OSSUtils.checkChecksum(IOUtils.getCRCValue(object.getObjectContent()), object.getServerCRC(), object.getRequestId());
      Harness.equal(object.getServerCRC(), crc(data), "CRC-64 of " + key);
      return data;
    }
  }

  private static byte[] read(String key) throws Exception {
    return read(client, key);
  }

  private static String checkPut() throws Exception {
    client.createBucket(bucket);
    for (var name : names) put(name, Harness.content(1000, name), described());
    put("large", Harness.content(3_000_000, "large"));
    put("large", Harness.content(300_000, "smaller"));
    Harness.equal(read("large"), Harness.content(300_000, "smaller"), "an overwritten object");
    refused("FileAlreadyExists", () -> put(names.get(0), new byte[1], with("x-oss-forbid-overwrite", "true")));
    refused("InvalidDigest", () -> put("wrong md5", new byte[1], with("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")));
    Harness.equal(client.doesObjectExist(bucket, "wrong md5"), false, "whether an object with a wrong MD5 is kept");
    return null;
  }

  private static String checkGet() throws Exception {
    for (var name : names) {
      put(name, Harness.content(2000, name), described());
      Harness.equal(read(name), Harness.content(2000, name), name);
      try (var object = client.getObject(bucket, name)) {
        var metadata = object.getObjectMetadata();
        Harness.equal(List.of(metadata.getContentType(), metadata.getCacheControl()), List.of("text/x-test", "no-cache"), "headers");
        Harness.equal(metadata.getUserMetadata(), Map.of("author", "li"), "user metadata");
      }
    }
    var large = Harness.content(3_000_000, "large");
    put("large", large);
    var file = Files.createTempFile("conformance", "");
    client.getObject(new GetObjectRequest(bucket, "large"), file.toFile()); // the SDK compares the CRC-64
    Harness.equal(Files.readAllBytes(file), large, "3 MB");
    Files.delete(file);
    refused("NoSuchKey", () -> client.getObject(bucket, "nothing"));
    var unmet = new GetObjectRequest(bucket, "large");
    unmet.setMatchingETagConstraints(List.of(Harness.etag(new byte[0])));
    refused("PreconditionFailed", () -> client.getObject(unmet));
    return null;
  }

  private static String checkRange() throws Exception {
    var data = Harness.content(100_000, "range");
    put("range", data);
    Harness.equal(ranged(0, 9), Arrays.copyOf(data, 10), "the first ten bytes");
    Harness.equal(ranged(99_990, -1), Arrays.copyOfRange(data, 99_990, 100_000), "from a byte on");
    Harness.equal(ranged(-1, 7), Arrays.copyOfRange(data, 99_993, 100_000), "the last seven bytes");
    Harness.equal(ranged(50_000, 50_999), Arrays.copyOfRange(data, 50_000, 51_000), "a piece of the middle");
    Harness.equal(ranged(0, 100_000), data, "a range past the end: all of it");
    var strict = new GetObjectRequest(bucket, "range").withRange(200_000, -1);
    strict.addHeader("x-oss-range-behavior", "standard");
    refused("InvalidRange", () -> client.getObject(strict));
    return null;
  }

  private static byte[] ranged(long first, long last) throws Exception {
    try (var object = client.getObject(new GetObjectRequest(bucket, "range").withRange(first, last))) {
      return object.getObjectContent().readAllBytes();
    }
  }

  private static String checkHead() throws Exception {
    for (var name : names) {
      var data = Harness.content(500, name);
      put(name, data, described());
      var head = client.headObject(bucket, name);
      Harness.equal(head.getContentLength(), 500L, "size");
      Harness.equal(List.of(head.getETag(), head.getContentType(), head.getObjectType()), List.of(Harness.etag(data), "text/x-test", "Normal"), "ETag and types");
      Harness.equal(head.getServerCRC(), crc(data), "CRC-64");
      Harness.equal(head.getUserMetadata(), Map.of("author", "li"), "user metadata");
      Harness.equal(Math.abs(head.getLastModified().getTime() - System.currentTimeMillis()) < 60_000, true, "whether Last-Modified is now");
      Harness.equal(client.getSimplifiedObjectMeta(bucket, name).getSize(), 500L, "size in the short answer");
    }
    refused("NoSuchKey", () -> client.headObject(bucket, "nothing"));
    Harness.equal(client.doesObjectExist(bucket, "nothing"), false, "whether nothing exists");
    Harness.equal(client.doesBucketExist("no-such-bucket"), false, "whether a bucket exists that was not made");
    return null;
  }

  private static String checkList() throws Exception {
    var keys = Harness.manyKeys(names);
    Harness.each(keys, key -> put(key, Harness.utf8(key)));
    var listed = new ArrayList<OSSObjectSummary>();
    var pages = new ArrayList<Integer>();
    ObjectListing page = null;
    for (String marker = null; page == null || page.isTruncated(); marker = page.getNextMarker()) {
      page = client.listObjects(new ListObjectsRequest(bucket, "many/", marker, null, 700));
      pages.add(page.getObjectSummaries().size());
      listed.addAll(page.getObjectSummaries());
    }
    Harness.equal(pages, List.of(700, 700, 700, 400), "sizes of the pages");
    Harness.equal(listed.stream().map(OSSObjectSummary::getKey).toList(), keys, "all keys, in their order");
    Harness.equal(listed.stream().map(OSSObjectSummary::getSize).toList(), keys.stream().map(key -> (long) Harness.utf8(key).length).toList(), "sizes");
    Harness.equal(listed.get(0).getOwner().getId().isEmpty(), false, "whether the owner is not named");
    var files = new ArrayList<String>();
    var folders = new ArrayList<String>();
    ListObjectsV2Result level = null;
    for (String token = null; level == null || level.isTruncated(); token = level.getNextContinuationToken()) {
      var request = new ListObjectsV2Request(bucket, "many/").withDelimiter("/").withMaxKeys(100).withEncodingType("url");
      level = client.listObjectsV2(request.withContinuationToken(token));
      Harness.equal(level.getEncodingType(), "url", "encoding");
      for (var summary : level.getObjectSummaries()) files.add(decoded(summary.getKey()));
      for (var prefix : level.getCommonPrefixes()) folders.add(decoded(prefix));
    }
    Harness.equal(files, Harness.files(keys, "many/"), "keys of one level");
    Harness.equal(folders, Harness.folders(keys, "many/"), "common prefixes");
    refused("InvalidArgument", () -> client.listObjectsV2(new ListObjectsV2Request(bucket).withMaxKeys(0)));
    return null;
  }

  /** This SDK leaves the decoding to its user. */
  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String checkCopy() throws Exception {
    for (var name : names) {
      var data = Harness.content(700, name);
      put(name, data, described());
      Harness.equal(client.copyObject(bucket, name, bucket, "copy of " + name).getETag(), Harness.etag(data), "ETag");
      Harness.equal(read("copy of " + name), data, "copy of " + name);
      var taken = client.headObject(bucket, "copy of " + name);
      Harness.equal(taken.getContentType() + taken.getUserMetadata(), "text/x-test{author=li}", "what the copy took along");
    }
    var first = names.get(0);
    var replace = new CopyObjectRequest(bucket, first, bucket, "replaced");
    var metadata = new ObjectMetadata();
    metadata.addUserMetadata("author", "wang");
    replace.setNewObjectMetadata(metadata);
    client.copyObject(replace);
    Harness.equal(client.headObject(bucket, "replaced").getUserMetadata(), Map.of("author", "wang"), "replaced metadata");
    client.createBucket(bucket + "-other");
    client.copyObject(bucket, first, bucket + "-other", "from elsewhere");
    Harness.equal(client.doesObjectExist(bucket + "-other", "from elsewhere"), true, "whether a copy is in another bucket");
    refused("NoSuchKey", () -> client.copyObject(bucket, "nothing", bucket, "copy"));
    var unmet = new CopyObjectRequest(bucket, first, bucket, "copy");
    unmet.setMatchingETagConstraints(List.of(Harness.etag(new byte[0])));
    refused("PreconditionFailed", () -> client.copyObject(unmet));
    return null;
  }

  private static String checkDeleteMany() throws Exception {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 1000; i++) keys.add("doomed/" + (i < names.size() ? names.get(i) : i));
    Harness.each(keys, key -> put(key, Harness.utf8("doomed")));
    put("spared", Harness.utf8("doomed"));
    Harness.equal(deleteMany(keys, false), keys, "deleted keys");
    Harness.equal(client.listObjects(bucket, "doomed/").getObjectSummaries(), List.of(), "what is left");
    Harness.equal(read("spared"), Harness.utf8("doomed"), "an object that was not named");
    Harness.equal(deleteMany(List.of("spared", "nothing"), true), List.of(), "the answer to a quiet one");
    Harness.equal(client.doesObjectExist(bucket, "spared"), false, "whether it is still there");
    client.deleteObject(bucket, "nothing");
    return null;
  }

  private static List<String> deleteMany(List<String> keys, boolean quiet) {
    return client.deleteObjects(new DeleteObjectsRequest(bucket).withKeys(keys).withQuiet(quiet)).getDeletedObjects();
  }

  private static String checkAppend() throws Exception {
    var whole = new byte[0];
    for (int size : new int[] {100, 70_000, 1}) {
      var piece = Harness.content(size, "piece of " + size);
      var request = new AppendObjectRequest(bucket, "log", stream(piece), described());
      var result = client.appendObject(request.withPosition((long) whole.length).withInitCRC(crc(whole))); // with it the SDK compares the CRC-64 of the whole
      whole = joined(whole, piece);
      Harness.equal(result.getNextPosition(), (long) whole.length, "next position");
      Harness.equal(result.getServerCRC(), crc(whole), "CRC-64");
    }
    Harness.equal(read("log"), whole, "what was appended");
    var head = client.headObject(bucket, "log");
    Harness.equal(head.getObjectType() + head.getUserMetadata(), "Appendable{author=li}", "type and metadata");
    Harness.equal(head.getRawMetadata().get("x-oss-next-append-position").toString(), "70101", "position in the head");
    refused("PositionNotEqualToLength", () -> client.appendObject(new AppendObjectRequest(bucket, "log", stream(new byte[1])).withPosition(5L)));
    put("put", Harness.utf8("whole"));
    refused("ObjectNotAppendable", () -> client.appendObject(new AppendObjectRequest(bucket, "put", stream(new byte[1])).withPosition(5L)));
    return null;
  }

  private static byte[] joined(byte[]... pieces) throws Exception {
    var all = new java.io.ByteArrayOutputStream();
    for (var piece : pieces) all.write(piece);
    return all.toByteArray();
  }

  private static String initiate(String key) {
    return client.initiateMultipartUpload(new InitiateMultipartUploadRequest(bucket, key, described())).getUploadId();
  }

  private static PartETag uploadPart(String key, String upload, int number, byte[] data) throws Exception {
    var result = client.uploadPart(new UploadPartRequest(bucket, key, upload, number, stream(data), data.length));
    Harness.equal(result.getETag(), Harness.etag(data), "ETag of a part");
    Harness.equal(result.getServerCRC(), crc(data), "CRC-64 of a part");
    return result.getPartETag();
  }

  private static List<String> uploads() {
    return client.listMultipartUploads(new ListMultipartUploadsRequest(bucket)).getMultipartUploads().stream()
        .map(upload -> upload.getKey() + " " + upload.getUploadId())
        .toList();
  }

  private static String checkMultipart() throws Throwable {
    var key = "中文 multi+part/100%.bin";
    var data = List.of(Harness.content(Harness.PART_BYTES + 7, "1"), Harness.content(Harness.PART_BYTES, "2"), Harness.content(11, "3"));
    var whole = joined(data.get(0), data.get(1), data.get(2));
    var upload = initiate(key);
    var first = uploadPart(key, upload, 1, data.get(0));
    var broken = new UploadPartRequest(bucket, key, upload, 2, Harness.broken(data.get(1)), Harness.PART_BYTES);
    try {
      client.uploadPart(broken);
      throw new AssertionError("the part was not broken off");
    } catch (ClientException expected) { // the SDK's own, not an answer of the store
    }
    var kept = client.listParts(new ListPartsRequest(bucket, key, upload)).getParts();
    Harness.equal(kept.stream().map(part -> part.getPartNumber() + " " + part.getSize() + " " + part.getETag()).toList(), List.of("1 " + data.get(0).length + " " + first.getETag()), "parts after one broke off");
    Harness.equal(uploads(), List.of(key + " " + upload), "uploads under way");
    var parts = new ArrayList<>(List.of(first, uploadPart(key, upload, 2, data.get(1)), uploadPart(key, upload, 3, data.get(2))));
    var wrong = new ArrayList<>(parts); // the SDK sorts what it is given
    wrong.set(0, new PartETag(1, Harness.etag(new byte[0])));
    refused("InvalidPart", () -> client.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, key, upload, wrong)));
    var result = client.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, key, upload, parts)); // the SDK combines the parts' CRC-64 and compares
    Harness.equal(List.of(result.getKey(), result.getServerCRC()), List.of(key, crc(whole)), "key and CRC-64 of the object");
    Harness.equal(read(key), whole, "the object");
    var head = client.headObject(bucket, key);
    Harness.equal(head.getObjectType() + head.getContentType() + head.getUserMetadata(), "Multiparttext/x-test{author=li}", "head");
    copyPart(key, whole);
    var aborted = initiate(key);
    client.abortMultipartUpload(new AbortMultipartUploadRequest(bucket, key, aborted));
    refused("NoSuchUpload", () -> uploadPart(key, aborted, 1, new byte[1]));
    Harness.equal(uploads(), List.of(), "uploads left");
    transferFile();
    return null;
  }

  private static void copyPart(String source, byte[] whole) throws Exception {
    var target = "from a copy";
    var upload = initiate(target);
    var copied = client.uploadPartCopy(new UploadPartCopyRequest(bucket, source, bucket, target, upload, 1, 10L, (long) Harness.PART_BYTES));
    var tail = uploadPart(target, upload, 2, Harness.utf8("tail"));
    client.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, target, upload, new ArrayList<>(List.of(copied.getPartETag(), tail))));
    Harness.equal(read(target), joined(Arrays.copyOfRange(whole, 10, Harness.PART_BYTES + 10), Harness.utf8("tail")), "a part that was copied");
  }

  /** What people use: the SDK cuts a file into parts by itself, and compares the CRC-64 of the whole. */
  private static void transferFile() throws Throwable {
    var folder = Files.createTempDirectory("conformance");
    var file = folder.resolve("file");
    var data = Harness.content(1_000_000, "file");
    Files.write(file, data);
    try {
      client.uploadFile(new UploadFileRequest(bucket, "from a file", file.toString(), Harness.PART_BYTES, 3));
      client.downloadFile(new DownloadFileRequest(bucket, "from a file", file + ".down", Harness.PART_BYTES));
      Harness.equal(Files.readAllBytes(Path.of(file + ".down")), data, "a file uploaded in parts and downloaded in ranges");
    } finally {
      try (var files = Files.list(folder)) {
        for (var left : files.toList()) Files.delete(left);
      }
      Files.delete(folder);
    }
  }

  private static String checkTagging() throws Exception {
    var key = Harness.CHINESE;
    put(key, Harness.utf8("tagged"), with("x-oss-tagging", "team=sea%20%2B%20sky&empty="));
    Harness.equal(client.getObjectTagging(bucket, key).getAllTags(), Map.of("team", "sea + sky", "empty", ""), "tags of a put");
    Harness.equal(client.headObject(bucket, key).getRawMetadata().get("x-oss-tagging-count").toString(), "2", "their count");
    client.setObjectTagging(bucket, key, Map.of("a:b", "1/2 = x_y.z"));
    Harness.equal(client.getObjectTagging(bucket, key).getAllTags(), Map.of("a:b", "1/2 = x_y.z"), "replaced tags");
    client.deleteObjectTagging(bucket, key);
    Harness.equal(client.getObjectTagging(bucket, key).getAllTags(), Map.of(), "deleted tags");
    return null;
  }

  private static String checkAcl() throws Exception {
    var key = Harness.CHINESE;
    put(key, Harness.utf8("shown"));
    var address = new URL(client.generatePresignedUrl(bucket, key, in(60)).toString().split("\\?")[0]);
    Harness.equal(client.getObjectAcl(bucket, key).getPermission(), ObjectPermission.Default, "ACL of a new object");
    Harness.fetch(address).expectCode(403, "AccessDenied");
    client.setObjectAcl(bucket, key, CannedAccessControlList.PublicRead);
    Harness.equal(client.getObjectAcl(bucket, key).getPermission(), ObjectPermission.PublicRead, "ACL");
    Harness.equal(Harness.fetch(address).body(), "shown", "what everybody reads");
    client.setObjectAcl(bucket, key, CannedAccessControlList.Private);
    Harness.fetch(address).expectCode(403, "AccessDenied");
    client.setBucketAcl(bucket, CannedAccessControlList.PublicRead);
    Harness.equal(client.getBucketAcl(bucket).getCannedACL(), CannedAccessControlList.PublicRead, "ACL of the bucket");
    Harness.fetch(address).expectCode(403, "AccessDenied");
    client.setBucketAcl(bucket, CannedAccessControlList.Private);
    return null;
  }

  private static String checkSymlink() throws Exception {
    for (var target : names) {
      var link = "link to " + target;
      put(target, Harness.content(100, target));
      client.createSymlink(bucket, link, target);
      Harness.equal(client.getSymlink(bucket, link).getTarget(), target, "target");
      Harness.equal(read(link), Harness.content(100, target), "what the link leads to");
    }
    Harness.equal(client.headObject(bucket, "link to plain.txt").getObjectType(), "Symlink", "type");
    client.createSymlink(bucket, "broken link", "nothing");
    refused("SymlinkTargetNotExist", () -> client.getObject(bucket, "broken link"));
    refused("NoSuchKey", () -> client.getSymlink(bucket, "nothing"));
    return null;
  }

  private static String checkFormPost() throws Exception {
    var key = "form/" + Harness.CHINESE;
    var fields = signForm(client, Harness.OWNER, key);
    Harness.equal(Harness.postForm(bucket, fields, Harness.utf8("from a form")).status(), 204, "status");
    Harness.equal(read(key), Harness.utf8("from a form"), "the object");
    Harness.postForm(bucket, fields, new byte[1001]).expectCode(400, "EntityTooLarge");
    fields.put("key", "other");
    Harness.postForm(bucket, fields, new byte[1]).expectCode(403, "AccessDenied");
    var forger = new Harness.Credential(Harness.OWNER.id(), "wrong", null);
    Harness.postForm(bucket, signForm(connect(forger), forger, key), new byte[1]).expectCode(403, "SignatureDoesNotMatch");
    var guest = signForm(connect(Harness.TEMPORARY), Harness.TEMPORARY, key);
    Harness.equal(Harness.postForm(bucket, guest, new byte[1]).status(), 204, "status of a temporary key's form");
    return null;
  }

  /** A form for one key and at most 1,000 bytes; the SDK writes the policy and signs it. */
  private static Map<String, String> signForm(OSS by, Harness.Credential credential, String key) {
    var fields = new LinkedHashMap<String, String>();
    var now = new Date();
    if (credential.token() != null) fields.put("x-oss-security-token", credential.token());
    if (scheme.equals("V4")) {
      var moment = utc("yyyyMMdd'T'HHmmss'Z'", now);
      fields.put("x-oss-signature-version", "OSS4-HMAC-SHA256");
      fields.put("x-oss-credential", credential.id() + "/" + moment.substring(0, 8) + "/" + Harness.REGION + "/oss/aliyun_v4_request");
      fields.put("x-oss-date", moment);
    }
    var conditions = new PolicyConditions();
    conditions.addConditionItem("bucket", bucket);
    conditions.addConditionItem(MatchMode.Exact, PolicyConditions.COND_KEY, key);
    conditions.addConditionItem(PolicyConditions.COND_CONTENT_LENGTH_RANGE, 1, 1000);
    if (scheme.equals("V4")) fields.forEach(conditions::addConditionItem);
    var policy = by.generatePostPolicy(in(60), conditions);
    fields.put("key", key);
    fields.put("policy", BinaryUtil.toBase64String(Harness.utf8(policy)));
    if (scheme.equals("V4")) {
      fields.put("x-oss-signature", by.calculatePostSignature(policy, now));
    } else {
      fields.put("OSSAccessKeyId", credential.id());
      fields.put("Signature", by.calculatePostSignature(policy));
    }
    return fields;
  }

  private static String utc(String pattern, Date moment) {
    var format = new SimpleDateFormat(pattern);
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    return format.format(moment);
  }

  private static Date in(int seconds) {
    return new Date(System.currentTimeMillis() + seconds * 1000L);
  }

  private static String checkPresignedGet() throws Exception {
    for (var name : names) {
      put(name, Harness.content(100, name));
      var url = client.generatePresignedUrl(bucket, name, in(60));
      Harness.equal(client.getObject(url, Map.of()).getObjectContent().readAllBytes(), Harness.content(100, name), name);
      Harness.equal(Harness.fetch(url).status(), 200, "status without the SDK");
    }
    var request = new GeneratePresignedUrlRequest(bucket, "folder/file.txt");
    request.setExpiration(in(60));
    var overrides = new ResponseHeaderOverrides();
    overrides.setContentType("text/x-test");
    request.setResponseHeaders(overrides);
    var url = client.generatePresignedUrl(request);
    Harness.equal(Harness.fetch(url).contentType(), "text/x-test", "type that the URL asks for");
    Harness.fetch(new URL(url.toString().replace("folder", "f0lder"))).expectCode(403, "SignatureDoesNotMatch");
    Harness.fetch("DELETE", url, null, Map.of()).expectCode(403, "SignatureDoesNotMatch");
    var past = client.generatePresignedUrl(bucket, names.get(0), in(2));
    Thread.sleep(3100);
    Harness.fetch(past).expectCode(403, "AccessDenied");
    return null;
  }

  private static String checkPresignedPut() throws Exception {
    URL url = null;
    for (var name : names) {
      var request = new GeneratePresignedUrlRequest(bucket, name, HttpMethod.PUT);
      request.setExpiration(in(60));
      request.setContentType("text/x-test");
      request.addUserMetadata("author", "li");
      url = client.generatePresignedUrl(request);
      var data = Harness.content(300, "presigned " + name);
      var headers = Map.of("Content-Type", "text/x-test", "x-oss-meta-author", "li");
      Harness.equal(Harness.fetch("PUT", url, data, headers).status(), 200, "status");
      Harness.equal(read(name), data, name);
      Harness.equal(client.headObject(bucket, name).getUserMetadata(), Map.of("author", "li"), "user metadata");
      client.putObject(url, stream(data), data.length, new LinkedHashMap<>(headers));
    }
    var other = Map.of("Content-Type", "text/other", "x-oss-meta-author", "li");
    Harness.fetch("PUT", url, new byte[1], other).expectCode(403, "SignatureDoesNotMatch");
    return null;
  }

  private static String checkSts() throws Exception {
    var guest = connect(Harness.TEMPORARY);
    var key = "by a temporary key";
    guest.putObject(bucket, key, stream(Harness.utf8("temporary")));
    Harness.equal(read(guest, key), Harness.utf8("temporary"), "object");
    Harness.equal(guest.listObjects(bucket, "by a").getObjectSummaries().get(0).getKey(), key, "list");
    Harness.equal(Harness.fetch(guest.generatePresignedUrl(bucket, key, in(60))).body(), "temporary", "presigned");
    var temporary = Harness.TEMPORARY;
    var owner = Harness.OWNER;
    refusedFor("InvalidSecurityToken", temporary.id(), temporary.secret(), "wrong");
    refusedFor("InvalidAccessKeyId", temporary.id(), temporary.secret(), null);
    refusedFor("SignatureDoesNotMatch", temporary.id(), "wrong", temporary.token());
    refusedFor("SignatureDoesNotMatch", owner.id(), "wrong", null);
    refusedFor("InvalidAccessKeyId", "unknown", owner.secret(), null);
    refusedFor("InvalidAccessKeyId", owner.id(), owner.secret(), "unasked");
    return null;
  }

  private static void refusedFor(String code, String id, String secret, String token) throws Exception {
    var stranger = connect(new Harness.Credential(id, secret, token));
    refused(code, () -> stranger.getObject(bucket, "by a temporary key"));
    stranger.shutdown();
  }
}
