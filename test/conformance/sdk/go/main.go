// The official Go SDK of the second generation, against the store. Arguments: V1 or V4; path or host.
package main

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

var (
	scheme, style = os.Args[1], os.Args[2]
	bucket        = strings.ToLower("go-" + scheme + "-" + style)
	client        = connect(owner)
)

func main() {
	runAll(os.Getenv("CONFORMANCE_CLIENT"), []operation{
		{"put", checkPut},
		{"get", checkGet},
		{"range", checkRange},
		{"head", checkHead},
		{"list", checkList},
		{"copy", checkCopy},
		{"delete many", checkDeleteMany},
		{"append", checkAppend},
		{"multipart", checkMultipart},
		{"tagging", checkTagging},
		{"ACL", checkACL},
		{"symlink", checkSymlink},
		{"form post", checkFormPost},
		{"presigned get", checkPresignedGet},
		{"presigned put", checkPresignedPut},
		{"STS", checkSTS},
	})
}

func connect(by credential) *oss.Client {
	config := oss.LoadDefaultConfig().
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(by.id, by.secret, by.token)).
		WithRegion(region).
		WithHttpClient(localClient).
		WithSignatureVersion(map[string]oss.SignatureVersionType{"V1": oss.SignatureVersionV1, "V4": oss.SignatureVersionV4}[scheme])
	if style == "host" {
		return oss.NewClient(config.WithEndpoint(strings.Replace(address, "127.0.0.1", "oss.test", 1)))
	}
	return oss.NewClient(config.WithEndpoint(address).WithUsePathStyle(true))
}

// refused says that a call must fail with this Code of OSS.
func refused[T any](code string, _ T, err error) {
	var refusal *oss.ServiceError
	if !errors.As(err, &refusal) {
		panic(fmt.Errorf("was not refused with %s, but: %v", code, err))
	}
	equal(refusal.Code, code, "Code of the refusal")
}

func etag(data []byte) string { return fmt.Sprintf(`"%X"`, md5.Sum(data)) }

func crc(data []byte) string {
	hash := oss.NewCRC64(0)
	must(hash.Write(data))
	return fmt.Sprint(hash.Sum64())
}

func putRequest(key string, data []byte) *oss.PutObjectRequest {
	return &oss.PutObjectRequest{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)}
}

// put has the SDK compare the CRC-64 where the answer has one; that it has one is looked at here.
func put(key string, data []byte) { send(putRequest(key, data), data) }

func putDescribed(key string, data []byte) {
	request := putRequest(key, data)
	request.ContentType, request.CacheControl = oss.Ptr("text/x-test"), oss.Ptr("no-cache")
	request.Metadata = map[string]string{"author": "li"}
	send(request, data)
}

func send(request *oss.PutObjectRequest, data []byte) {
	result := must(client.PutObject(background, request))
	equal([]string{*result.ETag, *result.HashCRC64}, []string{etag(data), crc(data)}, "ETag and CRC-64 of "+*request.Key)
}

func get(key string) *oss.GetObjectRequest {
	return &oss.GetObjectRequest{Bucket: &bucket, Key: &key}
}

func read(key string) string { return readBy(client, key) }

func readBy(by *oss.Client, key string) string {
	result := must(by.GetObject(background, get(key)))
	data := must(io.ReadAll(result.Body))
	check(result.Body.Close())
	equal(*result.HashCRC64, crc(data), "CRC-64 of "+key)
	return string(data)
}

func head(key string) *oss.HeadObjectResult {
	return must(client.HeadObject(background, &oss.HeadObjectRequest{Bucket: &bucket, Key: &key}))
}

func checkPut() string {
	must(client.PutBucket(background, &oss.PutBucketRequest{Bucket: &bucket}))
	for _, name := range names {
		putDescribed(name, content(1000, name))
	}
	put("large", content(3_000_000, "large"))
	again := putRequest(names[0], nil)
	again.ForbidOverwrite = oss.Ptr("true")
	result, err := client.PutObject(background, again)
	refused("FileAlreadyExists", result, err)
	wrong := putRequest("wrong md5", []byte("x"))
	wrong.ContentMD5 = oss.Ptr("AAAAAAAAAAAAAAAAAAAAAA==")
	result, err = client.PutObject(background, wrong)
	refused("InvalidDigest", result, err)
	equal(must(client.IsObjectExist(background, bucket, "wrong md5")), false, "whether an object with a wrong MD5 is kept")
	stream := putRequest("large", nil)
	stream.Body = io.MultiReader(bytes.NewReader(content(300_000, "a")), bytes.NewReader(content(200_000, "b"))) // of no known length
	must(client.PutObject(background, stream))
	equal(read("large"), string(content(300_000, "a"))+string(content(200_000, "b")), "an object overwritten by a stream")
	return ""
}

func checkGet() string {
	for _, name := range names {
		putDescribed(name, content(2000, name))
		result := must(client.GetObject(background, get(name)))
		equal(must(io.ReadAll(result.Body)), content(2000, name), name)
		equal([]string{*result.ContentType, result.Headers.Get("Cache-Control"), result.Metadata["author"]}, []string{"text/x-test", "no-cache", "li"}, "headers")
		equal(*result.HashCRC64, crc(content(2000, name)), "CRC-64")
	}
	large := content(3_000_000, "large")
	put("large", large)
	folder := must(os.MkdirTemp("", "conformance"))
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "large")
	must(client.GetObjectToFile(background, get("large"), file)) // the SDK compares the CRC-64
	equal(must(os.ReadFile(file)), large, "3 MB")
	result, err := client.GetObject(background, get("nothing"))
	refused("NoSuchKey", result, err)
	unmet := get("large")
	unmet.IfMatch = oss.Ptr(etag(nil))
	result, err = client.GetObject(background, unmet)
	refused("PreconditionFailed", result, err)
	unchanged := get("large")
	unchanged.IfNoneMatch = oss.Ptr(etag(large))
	_, err = client.GetObject(background, unchanged)
	var refusal *oss.ServiceError
	equal(errors.As(err, &refusal) && refusal.StatusCode == 304, true, "whether an unchanged object is 304")
	return ""
}

func checkRange() string {
	data := content(100_000, "range")
	put("range", data)
	ranged := func(text string) (*oss.GetObjectResult, []byte) {
		request := get("range")
		request.Range = &text
		result := must(client.GetObject(background, request))
		return result, must(io.ReadAll(result.Body))
	}
	for text, expected := range map[string][]byte{"bytes=0-9": data[:10], "bytes=99990-": data[99_990:], "bytes=-7": data[99_993:], "bytes=50000-50999": data[50_000:51_000]} {
		result, body := ranged(text)
		equal(result.StatusCode, 206, "status")
		equal(body, expected, text)
	}
	result, _ := ranged("bytes=50000-50999")
	equal(*result.ContentRange, "bytes 50000-50999/100000", "Content-Range")
	result, body := ranged("bytes=0-100000")
	equal(result.StatusCode, 200, "status of a range past the end")
	equal(body, data, "a range past the end: all of it")
	strict := get("range")
	strict.Range, strict.RangeBehavior = oss.Ptr("bytes=200000-"), oss.Ptr("standard")
	result, err := client.GetObject(background, strict)
	refused("InvalidRange", result, err)
	file := must(client.OpenFile(background, bucket, "range"))
	must(file.Seek(70_000, io.SeekStart))
	piece := make([]byte, 1000)
	must(io.ReadFull(file, piece))
	equal(piece, data[70_000:71_000], "what is read of an open file")
	check(file.Close())
	return ""
}

func checkHead() string {
	for _, name := range names {
		data := content(500, name)
		putDescribed(name, data)
		result := head(name)
		equal(result.ContentLength, int64(500), "size")
		equal([]string{*result.ContentType, *result.ObjectType, result.Metadata["author"]}, []string{"text/x-test", "Normal", "li"}, "type and metadata")
		equal([]string{*result.ETag, *result.HashCRC64}, []string{etag(data), crc(data)}, "ETag and CRC-64")
		equal(time.Since(*result.LastModified) < time.Minute, true, "whether Last-Modified is now")
		meta := must(client.GetObjectMeta(background, &oss.GetObjectMetaRequest{Bucket: &bucket, Key: &name}))
		equal(meta.ContentLength, int64(500), "size in the short answer")
	}
	result, err := client.HeadObject(background, &oss.HeadObjectRequest{Bucket: &bucket, Key: oss.Ptr("nothing")})
	refused("NoSuchKey", result, err)
	equal(must(client.IsObjectExist(background, bucket, "nothing")), false, "whether nothing exists")
	equal(must(client.IsBucketExist(background, "no-such-bucket")), false, "whether a bucket exists that was not made")
	return ""
}

// listing collects what pages hold.
type listing struct {
	keys, folders []string
	pages         []int
}

func (l *listing) add(objects []oss.ObjectProperties, prefixes []oss.CommonPrefix) {
	l.pages = append(l.pages, len(objects)+len(prefixes))
	for _, object := range objects {
		l.keys = append(l.keys, *object.Key)
		if strings.HasPrefix(*object.Key, "many/") {
			equal(object.Size, int64(len(*object.Key)), "size of "+*object.Key)
		}
	}
	for _, prefix := range prefixes {
		l.folders = append(l.folders, *prefix.Prefix)
	}
}

func list(prefix, delimiter string, limit int32) (l listing) {
	request := &oss.ListObjectsRequest{Bucket: &bucket, Prefix: &prefix, Delimiter: &delimiter}
	pages := client.NewListObjectsPaginator(request, func(options *oss.PaginatorOptions) { options.Limit = limit })
	for pages.HasNext() {
		page := must(pages.NextPage(background))
		l.add(page.Contents, page.CommonPrefixes)
	}
	return l
}

func listV2(prefix, delimiter string, limit int32) (l listing) {
	request := &oss.ListObjectsV2Request{Bucket: &bucket, Prefix: &prefix, Delimiter: &delimiter}
	pages := client.NewListObjectsV2Paginator(request, func(options *oss.PaginatorOptions) { options.Limit = limit })
	for pages.HasNext() {
		page := must(pages.NextPage(background))
		l.add(page.Contents, page.CommonPrefixes)
	}
	return l
}

func checkList() string {
	keys := manyKeys()
	each(keys, func(key string) { put(key, []byte(key)) })
	files, folders := level(keys, "many/")
	for _, list := range []func(string, string, int32) listing{list, listV2} {
		all := list("many/", "", 700)
		equal(all.pages, []int{700, 700, 700, 400}, "sizes of the pages")
		equal(all.keys, keys, "all keys, in their order")
		one := list("many/", "/", 100)
		equal(one.keys, files, "keys of one level")
		equal(one.folders, folders, "common prefixes")
	}
	start := &oss.ListObjectsV2Request{Bucket: &bucket, Prefix: oss.Ptr("many/"), StartAfter: &keys[1000], MaxKeys: 1, FetchOwner: true}
	page := must(client.ListObjectsV2(background, start))
	equal(*page.Contents[0].Key, keys[1001], "the key after one")
	equal(*page.Contents[0].Owner.ID != "", true, "whether the owner is named")
	result, err := client.ListObjects(background, &oss.ListObjectsRequest{Bucket: &bucket, MaxKeys: 1001})
	refused("InvalidArgument", result, err)
	return ""
}

func copyRequest(source, key string) *oss.CopyObjectRequest {
	return &oss.CopyObjectRequest{Bucket: &bucket, Key: &key, SourceKey: &source}
}

func checkCopy() string {
	for _, name := range names {
		data := content(700, name)
		putDescribed(name, data)
		equal(*must(client.CopyObject(background, copyRequest(name, "copy of "+name))).ETag, etag(data), "ETag")
		equal(read("copy of "+name), string(data), "copy of "+name)
		taken := head("copy of " + name)
		equal([]string{*taken.ContentType, taken.Metadata["author"]}, []string{"text/x-test", "li"}, "what the copy took along")
	}
	replace := copyRequest(names[0], "replaced")
	replace.MetadataDirective, replace.Metadata = oss.Ptr("REPLACE"), map[string]string{"author": "wang"}
	must(client.CopyObject(background, replace))
	equal(head("replaced").Metadata["author"], "wang", "replaced metadata")
	other := bucket + "-other"
	must(client.PutBucket(background, &oss.PutBucketRequest{Bucket: &other}))
	elsewhere := copyRequest(names[0], "from elsewhere")
	elsewhere.Bucket, elsewhere.SourceBucket = &other, &bucket
	must(client.CopyObject(background, elsewhere))
	result, err := client.CopyObject(background, copyRequest("nothing", "copy"))
	refused("NoSuchKey", result, err)
	unmet := copyRequest(names[0], "copy")
	unmet.IfMatch = oss.Ptr(etag(nil))
	result, err = client.CopyObject(background, unmet)
	refused("PreconditionFailed", result, err)
	again := copyRequest(names[0], "replaced")
	again.ForbidOverwrite = oss.Ptr("true")
	result, err = client.CopyObject(background, again)
	refused("FileAlreadyExists", result, err)
	return ""
}

func deleteMany(keys []string, quiet bool) (deleted []string, err error) {
	request := &oss.DeleteMultipleObjectsRequest{Bucket: &bucket, Quiet: quiet}
	for i := range keys {
		request.Objects = append(request.Objects, oss.DeleteObject{Key: &keys[i]})
	}
	result, err := client.DeleteMultipleObjects(background, request)
	if err != nil {
		return nil, err
	}
	for _, entry := range result.DeletedObjects {
		deleted = append(deleted, *entry.Key)
	}
	return deleted, nil
}

func checkDeleteMany() string {
	var keys []string
	for i := 0; i < 1000; i++ {
		if i < len(names) {
			keys = append(keys, "doomed/"+names[i])
		} else {
			keys = append(keys, fmt.Sprint("doomed/", i))
		}
	}
	each(append([]string{"spared"}, keys...), func(key string) { put(key, []byte("doomed")) })
	equal(must(deleteMany(keys, false)), keys, "deleted keys")
	equal(list("doomed/", "", 1000).keys, []string(nil), "what is left")
	equal(read("spared"), "doomed", "an object that was not named")
	equal(must(deleteMany([]string{"spared", "nothing"}, true)), []string(nil), "the answer to a quiet one")
	equal(must(client.IsObjectExist(background, bucket, "spared")), false, "whether it is still there")
	deleted, err := deleteMany(append(keys, "one too many"), false)
	refused("MalformedXML", deleted, err)
	gone := must(client.DeleteObject(background, &oss.DeleteObjectRequest{Bucket: &bucket, Key: oss.Ptr("nothing")}))
	equal(gone.StatusCode, 204, "status of deleting nothing")
	return ""
}

func appendRequest(key string, position int64, data []byte) *oss.AppendObjectRequest {
	return &oss.AppendObjectRequest{Bucket: &bucket, Key: &key, Position: &position, Body: bytes.NewReader(data)}
}

func checkAppend() string {
	var whole []byte
	for _, size := range []int{100, 70_000, 1} {
		request := appendRequest("log", int64(len(whole)), content(size, fmt.Sprint(size)))
		request.InitHashCRC64 = oss.Ptr(crc(whole)) // with it the SDK compares the CRC-64 of the whole
		request.Metadata = map[string]string{"author": "li"}
		result := must(client.AppendObject(background, request))
		whole = append(whole, content(size, fmt.Sprint(size))...)
		equal(result.NextPosition, int64(len(whole)), "next position")
		equal(*result.HashCRC64, crc(whole), "CRC-64")
	}
	equal(read("log"), string(whole), "what was appended")
	result := head("log")
	equal([]string{*result.ObjectType, result.Metadata["author"], *result.NextAppendPosition}, []string{"Appendable", "li", "70101"}, "head")
	appended, err := client.AppendObject(background, appendRequest("log", 5, []byte("x")))
	refused("PositionNotEqualToLength", appended, err)
	put("put", []byte("whole"))
	appended, err = client.AppendObject(background, appendRequest("put", 5, []byte("x")))
	refused("ObjectNotAppendable", appended, err)
	file := must(client.AppendFile(background, bucket, "log"))
	must(file.Write([]byte("by a file")))
	check(file.Close())
	equal(read("log"), string(whole)+"by a file", "what a file appended")
	return ""
}

func initiate(key string) string {
	request := &oss.InitiateMultipartUploadRequest{Bucket: &bucket, Key: &key, ContentType: oss.Ptr("text/x-test"), Metadata: map[string]string{"author": "li"}}
	return *must(client.InitiateMultipartUpload(background, request)).UploadId
}

func partRequest(key, upload string, number int32, body io.Reader) *oss.UploadPartRequest {
	return &oss.UploadPartRequest{Bucket: &bucket, Key: &key, UploadId: &upload, PartNumber: number, Body: body}
}

func complete(key, upload string, parts ...oss.UploadPart) (*oss.CompleteMultipartUploadResult, error) {
	request := &oss.CompleteMultipartUploadRequest{Bucket: &bucket, Key: &key, UploadId: &upload}
	request.CompleteMultipartUpload = &oss.CompleteMultipartUpload{Parts: parts}
	return client.CompleteMultipartUpload(background, request)
}

func uploads() (under [][2]string) {
	for _, upload := range must(client.ListMultipartUploads(background, &oss.ListMultipartUploadsRequest{Bucket: &bucket})).Uploads {
		under = append(under, [2]string{*upload.Key, *upload.UploadId})
	}
	return under
}

func checkMultipart() string {
	key := "中文 multi+part/100%.bin"
	data := [][]byte{content(partBytes+7, "1"), content(partBytes, "2"), content(11, "3")}
	whole := bytes.Join(data, nil)
	upload := initiate(key)
	must(client.UploadPart(background, partRequest(key, upload, 1, bytes.NewReader(data[0]))))
	broken := partRequest(key, upload, 2, io.MultiReader(bytes.NewReader(data[1][:partBytes/2]), brokenReader{}))
	broken.ContentLength = oss.Ptr(int64(partBytes))
	_, err := client.UploadPart(background, broken)
	equal(err != nil && strings.Contains(err.Error(), errBroken.Error()), true, "whether the part was broken off")

	kept := must(client.ListParts(background, &oss.ListPartsRequest{Bucket: &bucket, Key: &key, UploadId: &upload})).Parts
	equal(len(kept), 1, "number of parts after one broke off")
	equal(kept[0].Size, int64(len(data[0])), "size of the part")
	equal(*kept[0].HashCRC64, crc(data[0]), "CRC-64 of a listed part")
	equal(uploads(), [][2]string{{key, upload}}, "uploads under way")
	parts := []oss.UploadPart{{PartNumber: 1, ETag: kept[0].ETag}}
	for number := int32(2); number <= 3; number++ {
		result := must(client.UploadPart(background, partRequest(key, upload, number, bytes.NewReader(data[number-1]))))
		equal([]string{*result.ETag, *result.HashCRC64}, []string{etag(data[number-1]), crc(data[number-1])}, "ETag and CRC-64 of a part")
		parts = append(parts, oss.UploadPart{PartNumber: number, ETag: result.ETag})
	}
	result, err := complete(key, upload, oss.UploadPart{PartNumber: 1, ETag: oss.Ptr(etag(nil))}, parts[1], parts[2])
	refused("InvalidPart", result, err)
	result = must(complete(key, upload, parts[2], parts[0], parts[1])) // the SDK brings them into their order
	equal([]string{*result.Key, *result.HashCRC64}, []string{key, crc(whole)}, "key and CRC-64 of the object")
	equal(read(key), string(whole), "the object")
	described := head(key)
	equal([]string{*described.ObjectType, *described.ContentType, described.Metadata["author"]}, []string{"Multipart", "text/x-test", "li"}, "head")

	copyPart(key, whole)
	aborted := initiate(key)
	must(client.AbortMultipartUpload(background, &oss.AbortMultipartUploadRequest{Bucket: &bucket, Key: &key, UploadId: &aborted}))
	part, err := client.UploadPart(background, partRequest(key, aborted, 1, strings.NewReader("late")))
	refused("NoSuchUpload", part, err)
	equal(uploads(), [][2]string(nil), "uploads left")
	transferFile()
	return ""
}

var errBroken = errors.New("the body breaks off here, as the test wants")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func copyPart(source string, whole []byte) {
	target := "from a copy"
	upload := initiate(target)
	must(client.UploadPartCopy(background, &oss.UploadPartCopyRequest{Bucket: &bucket, Key: &target, UploadId: &upload, PartNumber: 1,
		SourceKey: &source, Range: oss.Ptr(fmt.Sprintf("bytes=10-%d", partBytes+9))}))
	must(client.UploadPart(background, partRequest(target, upload, 2, strings.NewReader("tail"))))
	must(client.CompleteMultipartUpload(background, &oss.CompleteMultipartUploadRequest{Bucket: &bucket, Key: &target, UploadId: &upload, CompleteAll: oss.Ptr("yes")}))
	equal(read(target), string(whole[10:partBytes+10])+"tail", "a part that was copied, all parts completed")
}

// transferFile is what people use: the SDK cuts a file into parts by itself, and compares the CRC-64 of the whole.
func transferFile() {
	folder := must(os.MkdirTemp("", "conformance"))
	defer os.RemoveAll(folder)
	file, data := filepath.Join(folder, "file"), content(1_000_000, "file")
	check(os.WriteFile(file, data, 0o600))
	uploader := client.NewUploader(func(options *oss.UploaderOptions) { options.PartSize, options.ParallelNum = partBytes, 3 })
	request := putRequest("from a file", nil)
	request.Body = nil
	must(uploader.UploadFile(background, request, file))
	copier := client.NewCopier(func(options *oss.CopierOptions) {
		options.PartSize, options.MultipartCopyThreshold = partBytes, partBytes
	})
	must(copier.Copy(background, copyRequest("from a file", "copied in parts")))
	downloader := client.NewDownloader(func(options *oss.DownloaderOptions) { options.PartSize, options.ParallelNum = partBytes, 3 })
	must(downloader.DownloadFile(background, get("copied in parts"), file+".down"))
	equal(must(os.ReadFile(file+".down")), data, "a file uploaded and copied in parts, downloaded in ranges")
}

func tags() map[string]string {
	key, found := chinese, map[string]string{}
	result := must(client.GetObjectTagging(background, &oss.GetObjectTaggingRequest{Bucket: &bucket, Key: &key}))
	for _, tag := range result.Tags {
		found[oss.ToString(tag.Key)] = oss.ToString(tag.Value)
	}
	return found
}

func checkTagging() string {
	key, data := chinese, []byte("tagged")
	request := putRequest(key, data)
	request.Tagging = oss.Ptr("team=sea%20%2B%20sky&empty=")
	send(request, data)
	equal(tags(), map[string]string{"team": "sea + sky", "empty": ""}, "tags of a put")
	equal(head(key).TaggingCount, int32(2), "their count")
	replaced := &oss.Tagging{TagSet: &oss.TagSet{Tags: []oss.Tag{{Key: oss.Ptr("a:b"), Value: oss.Ptr("1/2 = x_y.z")}}}}
	must(client.PutObjectTagging(background, &oss.PutObjectTaggingRequest{Bucket: &bucket, Key: &key, Tagging: replaced}))
	equal(tags(), map[string]string{"a:b": "1/2 = x_y.z"}, "replaced tags")
	must(client.DeleteObjectTagging(background, &oss.DeleteObjectTaggingRequest{Bucket: &bucket, Key: &key}))
	equal(tags(), map[string]string{}, "deleted tags")
	return ""
}

func checkACL() string {
	key, data := chinese, []byte("shown")
	acl := func() string {
		return *must(client.GetObjectAcl(background, &oss.GetObjectAclRequest{Bucket: &bucket, Key: &key})).ACL
	}
	putACL := func(value oss.ObjectACLType) {
		must(client.PutObjectAcl(background, &oss.PutObjectAclRequest{Bucket: &bucket, Key: &key, Acl: value}))
	}
	put(key, data)
	shownAt, _, _ := strings.Cut(presign(get(key), time.Minute).URL, "?")
	equal(acl(), "default", "ACL of a new object")
	fetch("GET", shownAt, nil, nil).expectCode(403, "AccessDenied")
	putACL(oss.ObjectACLPublicRead)
	equal([]string{acl(), fetch("GET", shownAt, nil, nil).body}, []string{"public-read", "shown"}, "ACL, and what everybody reads")
	putACL(oss.ObjectACLPrivate)
	fetch("GET", shownAt, nil, nil).expectCode(403, "AccessDenied")
	request := putRequest(key, data)
	request.Acl = oss.ObjectACLPublicRead
	send(request, data)
	equal([]string{acl(), fetch("GET", shownAt, nil, nil).body}, []string{"public-read", "shown"}, "ACL of a put, and what everybody reads")
	must(client.PutBucketAcl(background, &oss.PutBucketAclRequest{Bucket: &bucket, Acl: oss.BucketACLPublicRead}))
	equal(*must(client.GetBucketAcl(background, &oss.GetBucketAclRequest{Bucket: &bucket})).ACL, "public-read", "ACL of the bucket")
	must(client.PutBucketAcl(background, &oss.PutBucketAclRequest{Bucket: &bucket, Acl: oss.BucketACLPrivate}))
	return ""
}

func checkSymlink() string {
	for _, target := range names {
		link := "link to " + target
		put(target, content(100, target))
		must(client.PutSymlink(background, &oss.PutSymlinkRequest{Bucket: &bucket, Key: &link, Target: oss.Ptr(url.QueryEscape(target))}))
		shown := *must(client.GetSymlink(background, &oss.GetSymlinkRequest{Bucket: &bucket, Key: &link})).Target
		equal(must(url.QueryUnescape(shown)), target, "target")
		equal(read(link), string(content(100, target)), "what the link leads to")
	}
	equal(*head("link to plain.txt").ObjectType, "Symlink", "type")
	broken := "broken link"
	must(client.PutSymlink(background, &oss.PutSymlinkRequest{Bucket: &bucket, Key: &broken, Target: oss.Ptr("nothing")}))
	result, err := client.GetObject(background, get(broken))
	refused("SymlinkTargetNotExist", result, err)
	link, err := client.GetSymlink(background, &oss.GetSymlinkRequest{Bucket: &bucket, Key: oss.Ptr("nothing")})
	refused("NoSuchKey", link, err)
	return ""
}

func checkFormPost() string {
	key := "form/" + chinese
	fields := signForm(scheme, bucket, key, owner)
	equal(postForm(bucket, fields, []byte("from a form")).status, 204, "status")
	equal(read(key), "from a form", "the object")
	postForm(bucket, fields, content(1001, "too large")).expectCode(400, "EntityTooLarge")
	fields["key"] = "other"
	postForm(bucket, fields, []byte("x")).expectCode(403, "AccessDenied")
	forged := signForm(scheme, bucket, key, credential{owner.id, "wrong", ""})
	postForm(bucket, forged, []byte("x")).expectCode(403, "SignatureDoesNotMatch")
	equal(postForm(bucket, signForm(scheme, bucket, key, temporary), []byte("x")).status, 204, "status of a temporary key's form")
	return "signed as the SDK's sample does: it has no call for it"
}

func presign(request any, life time.Duration) *oss.PresignResult {
	return must(client.Presign(background, request, oss.PresignExpires(life)))
}

func checkPresignedGet() string {
	for _, name := range names {
		put(name, content(100, name))
		signed := presign(get(name), time.Minute)
		equal(fetch(signed.Method, signed.URL, nil, nil).body, string(content(100, name)), name)
	}
	typed := get("folder/file.txt")
	typed.ResponseContentType = oss.Ptr("text/x-test")
	link := presign(typed, time.Minute).URL
	equal(fetch("GET", link, nil, nil).header.Get("Content-Type"), "text/x-test", "type that the URL asks for")
	fetch("GET", strings.Replace(link, "folder", "f0lder", 1), nil, nil).expectCode(403, "SignatureDoesNotMatch")
	fetch("DELETE", link, nil, nil).expectCode(403, "SignatureDoesNotMatch")
	past := presign(get(names[0]), 2*time.Second).URL
	time.Sleep(3100 * time.Millisecond)
	fetch("GET", past, nil, nil).expectCode(403, "AccessDenied")
	return ""
}

func checkPresignedPut() string {
	var signed *oss.PresignResult
	for _, name := range names {
		request := putRequest(name, nil)
		request.ContentType, request.Metadata = oss.Ptr("text/x-test"), map[string]string{"author": "li"}
		signed = presign(request, time.Minute)
		data := content(300, "presigned "+name)
		equal(fetch(signed.Method, signed.URL, data, signed.SignedHeaders).status, 200, "status")
		equal(read(name), string(data), name)
		equal(head(name).Metadata["author"], "li", "user metadata")
	}
	signed.SignedHeaders["Content-Type"] = "text/other"
	fetch("PUT", signed.URL, []byte("x"), signed.SignedHeaders).expectCode(403, "SignatureDoesNotMatch")
	return ""
}

func checkSTS() string {
	guest, key := connect(temporary), "by a temporary key"
	must(guest.PutObject(background, putRequest(key, []byte("temporary"))))
	equal(readBy(guest, key), "temporary", "object")
	page := must(guest.ListObjectsV2(background, &oss.ListObjectsV2Request{Bucket: &bucket, Prefix: oss.Ptr("by a")}))
	equal(*page.Contents[0].Key, key, "list")
	signed := must(guest.Presign(background, get(key)))
	equal(fetch("GET", signed.URL, nil, nil).body, "temporary", "presigned")
	for _, wrong := range []struct {
		credential
		code string
	}{
		{credential{temporary.id, temporary.secret, "wrong"}, "InvalidSecurityToken"},
		{credential{temporary.id, temporary.secret, ""}, "InvalidAccessKeyId"},
		{credential{temporary.id, "wrong", temporary.token}, "SignatureDoesNotMatch"},
		{credential{owner.id, "wrong", ""}, "SignatureDoesNotMatch"},
		{credential{"unknown", owner.secret, ""}, "InvalidAccessKeyId"},
		{credential{owner.id, owner.secret, "unasked"}, "InvalidAccessKeyId"},
	} {
		result, err := connect(wrong.credential).GetObject(background, get(key))
		refused(wrong.code, result, err)
	}
	return ""
}
