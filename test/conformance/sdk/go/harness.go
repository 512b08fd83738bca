package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"time"
)

// What the client needs beside the SDK: what the runner tells it, the report, HTTP, and forms.

type credential struct{ id, secret, token string }

var (
	address    = os.Getenv("CONFORMANCE_ENDPOINT")
	region     = os.Getenv("CONFORMANCE_REGION")
	owner      = credential{os.Getenv("OSS_ACCESS_KEY_ID"), os.Getenv("OSS_ACCESS_KEY_SECRET"), ""}
	temporary  = credential{os.Getenv("CONFORMANCE_STS_ACCESS_KEY_ID"), os.Getenv("CONFORMANCE_STS_ACCESS_KEY_SECRET"), os.Getenv("CONFORMANCE_STS_SECURITY_TOKEN")}
	names      = readNames(os.Getenv("CONFORMANCE_NAMES"))
	background = context.Background()
)

const (
	chinese   = "中文/文件.txt"
	partBytes = 100 * 1024 // the smallest part that OSS takes, but for the last
)

// Where the bucket stands in the host name, that name leads to the store on this machine.
var localClient = &http.Client{Transport: &http.Transport{
	DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(address, "http://"))
	},
	MaxIdleConnsPerHost: 16,
}}

func readNames(path string) []string {
	return strings.Split(strings.TrimSuffix(string(must(os.ReadFile(path))), "\n"), "\n")
}

// manyKeys are 2,500 keys below many/, every fifth of them in no folder, in the order in which OSS lists them.
func manyKeys() []string {
	keys := make([]string, 2500)
	for i := range keys {
		separator := "/"
		if i%5 == 0 {
			separator = "-"
		}
		keys[i] = fmt.Sprintf("many/%s%s%d", names[i%len(names)], separator, i)
	}
	sort.Strings(keys)
	return keys
}

// level gives the keys directly below a prefix, and the common prefixes, where "/" is the delimiter.
func level(keys []string, prefix string) (files, folders []string) {
	for _, key := range keys {
		name, _, isFolder := strings.Cut(strings.TrimPrefix(key, prefix), "/")
		folder := prefix + name + "/"
		if !isFolder {
			files = append(files, key)
		} else if len(folders) == 0 || folders[len(folders)-1] != folder {
			folders = append(folders, folder)
		}
	}
	return files, folders
}

// content gives bytes that differ from place to place and from seed to seed.
func content(size int, seed string) []byte {
	var made []byte
	for block := sha256.Sum256([]byte(seed)); len(made) < size; block = sha256.Sum256(block[:]) {
		made = append(made, block[:]...)
	}
	return made[:size]
}

// each does the work for each item, a few at a time.
func each(items []string, work func(string)) {
	var group sync.WaitGroup
	var failure any
	queue := make(chan string)
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			defer func() {
				if reason := recover(); reason != nil {
					failure = reason
				}
				for range queue { // so that nobody waits for who has failed
				}
			}()
			for item := range queue {
				work(item)
			}
		}()
	}
	for _, item := range items {
		queue <- item
	}
	close(queue)
	group.Wait()
	if failure != nil {
		panic(failure)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func equal(actual, expected any, what string) {
	if !reflect.DeepEqual(actual, expected) {
		panic(fmt.Errorf("%s: %s instead of %s", what, shown(actual), shown(expected)))
	}
}

func shown(value any) string {
	text := fmt.Sprintf("%q", value)
	if len(text) > 300 {
		return text[:300] + "…"
	}
	return text
}

type answer struct {
	status int
	header http.Header
	body   string
}

// fetch is HTTP without an SDK.
func fetch(method, url string, body []byte, headers map[string]string) answer {
	request := must(http.NewRequest(method, url, bytes.NewReader(body)))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response := must(localClient.Do(request))
	defer response.Body.Close()
	return answer{response.StatusCode, response.Header, string(must(io.ReadAll(response.Body)))}
}

func (a answer) expectCode(status int, code string) {
	equal(a.status, status, "status")
	if !strings.Contains(a.body, "<Code>"+code+"</Code>") {
		panic(fmt.Errorf("the answer is not %s: %s", code, a.body))
	}
}

// postForm posts a form as a browser does.
func postForm(bucket string, fields map[string]string, file []byte) answer {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		check(form.WriteField(name, value))
	}
	must(must(form.CreateFormFile("file", "cat.png")).Write(file))
	check(form.Close())
	return fetch("POST", address+"/"+bucket+"/", body.Bytes(), map[string]string{"Content-Type": form.FormDataContentType()})
}

// signForm signs a form for one key and at most 1,000 bytes, as the SDK's sample/post_object.go does.
func signForm(scheme, bucket, key string, by credential) map[string]string {
	fields := map[string]string{}
	if by.token != "" {
		fields["x-oss-security-token"] = by.token
	}
	if scheme == "V1" {
		fields["policy"] = policyOf(bucket, key, nil)
		fields["OSSAccessKeyId"] = by.id
		fields["Signature"] = base64.StdEncoding.EncodeToString(sum(hmac.New(sha1.New, []byte(by.secret)), fields["policy"]))
	} else {
		moment := time.Now().UTC().Format("20060102T150405Z")
		scope := []string{moment[:8], region, "oss", "aliyun_v4_request"}
		fields["x-oss-signature-version"] = "OSS4-HMAC-SHA256"
		fields["x-oss-credential"] = by.id + "/" + strings.Join(scope, "/")
		fields["x-oss-date"] = moment
		fields["policy"] = policyOf(bucket, key, fields)
		signingKey := []byte("aliyun_v4" + by.secret)
		for _, piece := range scope {
			signingKey = sum(hmac.New(sha256.New, signingKey), piece)
		}
		fields["x-oss-signature"] = hex.EncodeToString(sum(hmac.New(sha256.New, signingKey), fields["policy"]))
	}
	fields["key"] = key
	return fields
}

func sum(hash io.Writer, text string) []byte {
	must(io.WriteString(hash, text))
	return hash.(interface{ Sum([]byte) []byte }).Sum(nil)
}

func policyOf(bucket, key string, pinned map[string]string) string {
	conditions := []any{map[string]string{"bucket": bucket}, []any{"eq", "$key", key}, []any{"content-length-range", 1, 1000}}
	for name, value := range pinned {
		conditions = append(conditions, map[string]string{name: value})
	}
	expiration := time.Now().UTC().Add(time.Minute).Format("2006-01-02T15:04:05.000Z")
	policy := must(json.Marshal(map[string]any{"expiration": expiration, "conditions": conditions}))
	return base64.StdEncoding.EncodeToString(policy)
}

type operation struct {
	name string
	run  func() (remark string)
}

// runAll runs each operation, whatever became of the one before, and reports it.
func runAll(client string, operations []operation) {
	report := must(os.OpenFile(os.Getenv("CONFORMANCE_RESULTS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644))
	defer report.Close()
	for _, operation := range operations {
		result, why := attempt(operation)
		row := map[string]string{"client": client, "operation": operation.name, "result": result, "why": why}
		must(report.Write(append(must(json.Marshal(row)), '\n')))
	}
}

func attempt(operation operation) (result, why string) {
	defer func() {
		if reason := recover(); reason != nil {
			result, why = "failed", fmt.Sprint(reason)
			fmt.Fprintf(os.Stderr, "  %s failed: %s\n", operation.name, why)
			for _, line := range strings.Split(string(debug.Stack()), "\n") {
				if strings.Contains(line, "main.go:") {
					fmt.Fprintln(os.Stderr, line)
				}
			}
		}
	}()
	return "passed", operation.run()
}
