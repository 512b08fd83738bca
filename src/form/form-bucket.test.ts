import { expect, test } from 'vitest'
import { formBucket } from './form-bucket.ts'

test.each([
  ['https://photos.oss-cn-hangzhou.aliyuncs.com/', 'photos'],
  ['https://photos.oss-cn-hangzhou.aliyuncs.com', 'photos'],
  ['https://PHOTOS.oss-accelerate.aliyuncs.com/', 'photos'],
  ['http://photos.localhost:9000/', 'photos'],
  ['http://127.0.0.1:9000/photos/', 'photos'],
  ['http://127.0.0.1:9000/photos', 'photos'],
  ['http://localhost:9000/photos/', 'photos'],
  ['https://my.photos.s3.eu-west-1.amazonaws.com/', 'my.photos'],
  ['https://photos.s3-eu-west-1.amazonaws.com/', 'photos'],
  ['https://s3.amazonaws.com/photos', 'photos'],
  ['https://rgw.example/photos/', 'photos'],

  // An address that does not tell: any bucket may be behind it
  ['https://upload.example/', undefined],
  ['https://photos.oss-cn-hangzhou.aliyuncs.com.example/', undefined],
  ['http://127.0.0.1:9000/', undefined],
  ['http://localhost:9000/', undefined],
  ['http://[::1]:9000/', undefined],
  ['https://oss-cn-hangzhou.aliyuncs.com/', undefined],
])('%s posts to %s', (url, bucket) => {
  expect(formBucket(url)).toBe(bucket)
})
