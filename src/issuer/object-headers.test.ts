import { expect, test } from 'vitest'
import { CREDENTIAL, STORAGE } from './issuer.fixture.ts'
import { objectHeaders } from './object-headers.ts'
import { s3 } from './storage/s3.ts'

const S3 = s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: CREDENTIAL })

test('what a form says of an object, a request says in headers; how the form is answered is left out', () => {
  const fields = {
    'Content-Type': 'image/png',
    'Cache-Control': 'no-cache',
    success_action_status: '200',
    'x-oss-forbid-overwrite': 'true',
    'x-oss-meta-album': 'summer',
  }
  expect(objectHeaders(fields, STORAGE)).toEqual({
    'content-type': 'image/png',
    'cache-control': 'no-cache',
    'x-oss-forbid-overwrite': 'true',
    'x-oss-meta-album': 'summer',
  })
})

test('the ACL of S3 has another name in a header', () => {
  expect(objectHeaders({ acl: 'private', 'x-amz-storage-class': 'GLACIER' }, S3)).toEqual({
    'x-amz-acl': 'private',
    'x-amz-storage-class': 'GLACIER',
  })
})

test.each([
  ['x-oss-content-type', STORAGE],
  ['callback', STORAGE],
  ['x:user', STORAGE],
  ['acl', STORAGE],
  ['x-amz-acl', STORAGE],
  ['tagging', S3],
  ['x-oss-object-acl', S3],
])('a route with the field %s has no object without a form, rather than another object', (field, storage) => {
  expect(() => objectHeaders({ [field]: 'a' }, storage)).toThrow(expect.objectContaining({ code: 'path-not-found' }))
})
