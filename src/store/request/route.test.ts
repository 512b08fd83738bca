import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storeRequest } from '../../../test/store-client.ts'
import { PosternError } from '../../base/request-errors.ts'
import { hostSuffixes, readAddress } from './address.ts'
import { route } from './route.ts'

const HOSTS = {
  domains: hostSuffixes(['store.example', 'Files.LocalHost']),
  cnames: new Map([['files.example.com', 'photos']]),
}
const read = (method: string, target: string, host = '127.0.0.1:9000') =>
  readAddress(storeRequest({ method, target, headers: { host } }), HOSTS)
const routed = (method: string, target: string, host?: string, headers: Readonly<Record<string, string>> = {}) =>
  route(read(method, target, host)[0], new Map(Object.entries(headers)))

test.each([
  ['127.0.0.1:9000', '/photos/a', 'photos', 'a'],
  ['localhost:9000', '/photos/a', 'photos', 'a'],
  ['[::1]:9000', '/photos/a', 'photos', 'a'],
  ['example.com', '/photos/a', 'photos', 'a'],
  ['', '/photos/a', 'photos', 'a'],
  ['photos.localhost:9000', '/a', 'photos', 'a'],
  ['photos.files.localhost', '/a', 'photos', 'a'],
  ['Photos.LocalHost', '/a/b', 'photos', 'a/b'],
  ['photos.store.example', '/a', 'photos', 'a'],
  ['store.example', '/photos/a', 'photos', 'a'],
  ['photos.oss-cn-hangzhou.aliyuncs.com', '/a', 'photos', 'a'],
  ['.oss-cn-hangzhou.aliyuncs.com', '/photos/a', 'photos', 'a'],
  ['undefined.oss-cn-hangzhou.aliyuncs.com', '/photos/a', 'photos', 'a'],
  ['files.example.com:9000', '/a', 'photos', 'a'],
  ['Files.Example.COM', '/pictures/a', 'photos', 'pictures/a'],
  ['more.files.example.com', '/pictures/a', 'pictures', 'a'],
  ['oss-cn-hangzhou.aliyuncs.com', '/photos/a', 'photos', 'a'],
  ['photos.evil-oss-cn.aliyuncs.com', '/pictures/a', 'pictures', 'a'],
  ['photos.oss-cn-hangzhou.aliyuncs.com', '/photos/a', 'photos', 'a'],
  ['127.0.0.1', '/photos/dir%2Fa%20b', 'photos', 'dir/a b'],
  ['127.0.0.1', '/photos/a+b', 'photos', 'a+b'],
  ['127.0.0.1', '/photos/%2570', 'photos', '%70'],
  ['127.0.0.1', '/photos/a/../b', 'photos', 'a/../b'],
  ['127.0.0.1', '/photos/a//b', 'photos', 'a//b'],
  ['127.0.0.1', '/photos/a%00b', 'photos', 'a\0b'],
  ['127.0.0.1', '/photos/\u00e7\u008c\u00ab', 'photos', '猫'],
])('host "%s", path %s → bucket %s, key %j', (host, target, bucket, key) => {
  expect(routed('GET', target, host)).toEqual({ kind: 'get-object', bucket, key })
})

test('where host and path name the same bucket, both readings are given, the path’s first', () => {
  const readings = read('GET', '/photos/a', 'photos.localhost')
  expect(readings.map(({ key, style }) => [style, key])).toEqual([
    ['path', 'a'],
    ['host', 'photos/a'],
  ])
})

test.each([
  ['POST', '/photos', 'post-object'],
  ['POST', '/photos/', 'post-object'],
  ['PUT', '/photos/', 'put-bucket'],
  ['GET', '/photos?location', 'get-bucket-location'],
  ['GET', '/photos/?acl', 'get-bucket-acl'],
  ['GET', '/photos/?acl=', 'get-bucket-acl'],
  ['PUT', '/photos/?acl', 'put-bucket-acl'],
  ['GET', '/photos/?cors', 'get-bucket-cors'],
  ['PUT', '/photos/?cors', 'put-bucket-cors'],
  ['DELETE', '/photos/?cors', 'delete-bucket-cors'],
  ['OPTIONS', '/photos/a?acl', 'preflight'],
  ['GET', '/', 'list-buckets'],
  ['GET', '/photos/', 'list-objects'],
  ['GET', '/photos?list-type=2&prefix=a', 'list-objects'],
  ['DELETE', '/photos/', 'delete-bucket'],
  ['GET', '/photos?bucketInfo', 'get-bucket-info'],
  ['GET', '/photos?uploads', 'list-uploads'],
  ['POST', '/photos/?delete', 'delete-objects'],
  ['HEAD', '/photos/a?objectMeta', 'get-object-meta'],
  ['POST', '/photos/a?append&position=0', 'append-object'],
  ['POST', '/photos/a?uploads', 'initiate-upload'],
  ['PUT', '/photos/a?partNumber=1&uploadId=x', 'upload-part'],
  ['POST', '/photos/a?uploadId=x', 'complete-upload'],
  ['DELETE', '/photos/a?uploadId=x', 'abort-upload'],
  ['GET', '/photos/a?uploadId=x', 'list-parts'],
  ['GET', '/photos/a?acl', 'get-object-acl'],
  ['PUT', '/photos/a?acl', 'put-object-acl'],
  ['DELETE', '/photos/a?tagging', 'delete-object-tagging'],
  ['PUT', '/photos/a?symlink', 'put-symlink'],
  ['HEAD', '/photos/a', 'head-object'],
  ['PUT', '/photos/a', 'put-object'],
  ['DELETE', '/photos/a', 'delete-object'],
  ['GET', '/photos/a?unheard-of=1', 'get-object'],
  ['PUT', '/photos/a?OSSAccessKeyId=a&Expires=1&Signature=b&security-token=c', 'put-object'],
  ['PUT', '/photos/a?x-oss-signature=a', 'put-object'],
])('%s %s is %s', (method, target, kind) => {
  expect(routed(method, target).kind).toBe(kind)
})

test('a PUT that names a source copies it, be it a whole object or a part', () => {
  const headers = { 'x-oss-copy-source': '/photos/b' }
  expect(routed('PUT', '/photos/a', undefined, headers).kind).toBe('copy-object')
  expect(routed('PUT', '/photos/a?partNumber=1&uploadId=x', undefined, headers).kind).toBe('upload-part-copy')
})

test.each([
  ['GET', '/photos/?lifecycle', 'operation-unknown', '"?lifecycle"'],
  ['PUT', '/photos/?lifecycle', 'operation-unknown', '"?lifecycle"'],
  ['PUT', '/photos/?unheard-of', 'operation-unknown', '"?unheard-of"'],
  ['DELETE', '/photos/a?unheard-of', 'operation-unknown', '"?unheard-of"'],
  ['GET', '/photos/a?x-oss-process=image/resize', 'operation-unknown', '"?x-oss-process"'],
  ['POST', '/photos/a', 'method-not-allowed', 'POST'],
  ['PATCH', '/photos/a', 'method-not-allowed', 'PATCH'],
  ['PATCH', '/photos/', 'method-not-allowed', 'PATCH'],
  ['DELETE', '/photos/?location', 'method-not-allowed', 'DELETE'],
  ['POST', '/', 'bucket-name-invalid', 'names no bucket'],
  ['GET', '/Photos/a', 'bucket-name-invalid', '"Photos"'],
  ['GET', '/ab/a', 'bucket-name-invalid', '"ab"'],
  ['GET', '/-ab/a', 'bucket-name-invalid', '"-ab"'],
  [`GET`, `/${'a'.repeat(64)}/a`, 'bucket-name-invalid', '3 to 63'],
  ['GET', '/..%2F..%2Fetc/a', 'bucket-name-invalid', '".."'],
  ['GET', '/photos//a', 'key-invalid', '"/"'],
  ['GET', `/photos/${'a'.repeat(1024)}`, 'key-too-long', '1024'],
  ['GET', '/photos/%', 'request-uri-invalid', '"%"'],
  ['GET', '/photos/%zz', 'request-uri-invalid', '"%"'],
  ['GET', '/photos/%ff', 'request-uri-invalid', 'UTF-8'],
  ['GET', '/photos/a?%', 'request-uri-invalid', '"%"'],
  ['GET', 'http://example.com/a', 'request-uri-invalid', 'begins with'],
])('%s %s is refused: %s', (method, target, code, word) => {
  expect(() => routed(method, target)).toThrow(expect.objectContaining({ code, detail: expect.stringContaining(word) }))
})

test('any target is an operation or a refusal, never another error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (path, host) => {
      try {
        routed('GET', `/${path}`, host)
      } catch (error) {
        expect(error).toBeInstanceOf(PosternError)
      }
    }),
  )
})

test('a key comes back from its percent-encoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (key) => {
      fc.pre(!key.startsWith('/') && !key.startsWith('\\'))
      expect(routed('GET', `/photos/${encodeURIComponent(key)}`)).toMatchObject({ key })
    }),
  )
})
