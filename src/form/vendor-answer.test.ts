import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import { fileSize, startsWith } from '../policy/build-policy.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { formFromAnswer } from './vendor-answer.ts'

const FILE = { name: '照片 1.png' }
const HOST = 'https://photos.oss-cn-hangzhou.aliyuncs.com'
const policy = encodePolicy({
  expiration: new Date('2026-11-24T12:00:00Z'),
  conditions: [startsWith('key', 'user/'), fileSize(1, 1000)],
})

const V1 = { policy, ossAccessKeyId: 'ak', signature: 's=', host: HOST, dir: 'user/' }
const V4 = {
  policy,
  x_oss_signature_version: 'OSS4-HMAC-SHA256',
  version: 'OSS4-HMAC-SHA256',
  x_oss_credential: 'ak/20261124/cn-hangzhou/oss/aliyun_v4_request',
  x_oss_date: '20261124T110000Z',
  signature: '0f',
  security_token: 'CAIS',
  host: HOST,
  dir: 'user/',
}
const ACCESSID = {
  accessid: 'ak',
  host: HOST,
  policy,
  signature: 's=',
  expire: 1795521600,
  callback: 'Y2I=',
  dir: 'user/',
}

const V1_FIELDS = [
  ['name', '照片 1.png'],
  ['policy', policy],
  ['OSSAccessKeyId', 'ak'],
  ['success_action_status', '200'],
  ['signature', 's='],
  ['key', 'user/照片 1.png'],
]

function fieldsOf(answer: unknown): readonly (readonly [string, string])[] {
  return Object.entries(formFromAnswer(answer, FILE).fields)
}

describe("each of the vendor's answers becomes the form that its front end sends, field by field", () => {
  // docs/spec/direct-upload-server.md sections 1.2 and 2
  test('v1', () => {
    expect(fieldsOf(V1)).toEqual(V1_FIELDS)
    expect(fieldsOf({ ...V1, callback: 'Y2I=' })).toEqual([...V1_FIELDS, ['callback', 'Y2I=']])
  })

  test('v1-expire', () => {
    expect(fieldsOf({ ...V1, expire: 1795521600 })).toEqual(V1_FIELDS)
  })

  test('pascal', () => {
    const answer = { Accessid: 'ak', Policy: policy, Signature: 's=', Dir: 'user/', Host: HOST, Expire: '1795521600' }
    expect(fieldsOf(answer)).toEqual(V1_FIELDS)
  })

  test('accessid', () => {
    expect(fieldsOf(ACCESSID)).toEqual([
      ['name', '照片 1.png'],
      ['key', 'user/照片 1.png'],
      ['policy', policy],
      ['OSSAccessKeyId', 'ak'],
      ['success_action_status', '200'],
      ['callback', 'Y2I='],
      ['signature', 's='],
    ])
  })

  test('v4', () => {
    expect(fieldsOf(V4)).toEqual([
      ['success_action_status', '200'],
      ['policy', policy],
      ['x-oss-signature', '0f'],
      ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
      ['x-oss-credential', 'ak/20261124/cn-hangzhou/oss/aliyun_v4_request'],
      ['x-oss-date', '20261124T110000Z'],
      ['key', 'user/照片 1.png'],
      ['x-oss-security-token', 'CAIS'],
    ])
    expect(fieldsOf({ ...V4, callback: 'Y2I=' }).at(-1)).toEqual(['callback', 'Y2I='])
  })

  test('v4 without a token, and without a version', () => {
    const { security_token: _, x_oss_signature_version: __, version: ___, ...rest } = V4
    const fields = new Map(fieldsOf(rest))
    expect(fields.get('x-oss-signature-version')).toBe('OSS4-HMAC-SHA256')
    expect(fields.has('x-oss-security-token')).toBe(false)
    expect(new Map(fieldsOf({ ...V4, security_token: '' })).has('x-oss-security-token')).toBe(false)
  })
})

describe('the rest of the form', () => {
  test('comes from the policy: when it ends, and the largest file', () => {
    expect(formFromAnswer({ ...V1, expire: 0 }, FILE)).toMatchObject({
      method: 'POST',
      url: `${HOST}/`,
      expiresAt: '2026-11-24T12:00:00.000Z',
      maxSize: 1000,
    })
  })

  test('names no key of the issuer: the front end writes it', () => {
    expect(formFromAnswer(V1, FILE).key).toBeUndefined()
    const { dir: _, ...rest } = V1
    expect(formFromAnswer(rest, FILE).fields['key']).toBe('照片 1.png')
  })

  test.each([
    [`${HOST}/`, `${HOST}/`],
    ['http://127.0.0.1:9000/photos', 'http://127.0.0.1:9000/photos/'],
    ['photos.oss-cn-hangzhou.aliyuncs.com', 'https://photos.oss-cn-hangzhou.aliyuncs.com/'],
    ['127.0.0.1:9000/photos', 'http://127.0.0.1:9000/photos/'],
    ['photos.localhost:9000', 'http://photos.localhost:9000/'],
    ['localhost:9000/photos/', 'http://localhost:9000/photos/'],
  ])('the host %s is posted to at %s', (host, url) => {
    expect(formFromAnswer({ ...V1, host }, FILE).url).toBe(url)
  })

  test.each(['javascript://%0Aalert(1)', 'ftp://a.example', 'https://a:b@c.example', 'https://', ''])(
    'the host %j is none',
    (host) => {
      expect(() => formFromAnswer({ ...V1, host }, FILE)).toThrow(
        expect.objectContaining({ code: 'upload-form-malformed' }),
      )
    },
  )
})

describe('the names and wrappings that servers modelled on the samples use', () => {
  test.each(['ossAccessKeyId', 'OSSAccessKeyId', 'ossaccessKeyId', 'Accessid', 'AccessKeyId', 'oss_access_key_id'])(
    'the access key id as %s',
    (name) => {
      const { ossAccessKeyId, ...rest } = V1
      expect(fieldsOf({ ...rest, [name]: ossAccessKeyId })).toEqual(V1_FIELDS)
    },
  )

  test.each([
    { data: V1 },
    { code: 0, message: 'ok', data: V1 },
    { data: { result: V1 } },
    { result: V1 },
    { entry: V1 },
    { signMap: V1 },
  ])('%j', (answer) => {
    expect(fieldsOf(answer)).toEqual(V1_FIELDS)
  })
})

describe('not an answer', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'policy'],
    ['a list', [V1]],
    ['an empty object', {}],
    ['no policy', { ...V1, policy: undefined }],
    ['no signature', { ...V1, signature: undefined }],
    ['no host', { ...V1, host: undefined }],
    ['no access key id', { ...V1, ossAccessKeyId: undefined }],
    ['a number for a text', { ...V1, signature: 1 }],
    ['V4 without a date', { ...V4, x_oss_date: undefined }],
    ['wrapped too deep', { data: { data: { data: V1 } } }],
    ['inherited members', Object.create(V1)],
  ])('%s', (_, answer) => {
    expect(() => formFromAnswer(answer, FILE)).toThrow(expect.objectContaining({ code: 'upload-form-malformed' }))
  })

  test('a policy that cannot be read is said to be that', () => {
    expect(() => formFromAnswer({ ...V1, policy: 'e30=' }, FILE)).toThrow(
      expect.objectContaining({ code: 'policy-empty' }),
    )
  })

  test('hostile JSON gives a PosternError, never anything else', () => {
    const names = ['policy', 'host', 'dir', 'signature', 'ossAccessKeyId', 'x_oss_credential', 'accessid', 'data']
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...names), (value, name) => {
        for (const answer of [value, { ...V1, [name]: value }, { ...V4, [name]: value }, { data: value }])
          try {
            formFromAnswer(answer, FILE)
          } catch (error) {
            expect(error).toBeInstanceOf(PosternError)
          }
      }),
    )
  })
})
