import { describe, expect, test } from 'vitest'
import type { UploadForm } from '../form/upload-form.ts'
import { fileSize, startsWith } from '../policy/build-policy.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { requestSignature } from './request-signature.ts'

const FILE = { name: '照片.png', size: 3, type: 'image/png' }
const HOST = 'https://photos.oss-cn-hangzhou.aliyuncs.com'
const POLICY = encodePolicy({
  expiration: new Date('2026-11-24T12:00:00Z'),
  conditions: [startsWith('key', 'user/'), fileSize(1, 1000)],
})

/** What an issuer's answer becomes, and what it was asked. */
async function ask(answer: unknown, route?: string): Promise<{ form: UploadForm; asked: string[] }> {
  const asked: string[] = []
  const form = await requestSignature(
    async (path) => {
      asked.push(path)
      return answer
    },
    FILE,
    route,
  )
  return { form, asked }
}

const V1 = { policy: POLICY, ossAccessKeyId: 'ak', signature: 's=', host: HOST, dir: 'user/' }
const V4 = {
  policy: POLICY,
  x_oss_signature_version: 'OSS4-HMAC-SHA256',
  x_oss_credential: 'ak/20261124/cn-hangzhou/oss/aliyun_v4_request',
  x_oss_date: '20261124T110000Z',
  signature: '0f',
  security_token: 'CAIS',
  host: HOST,
  dir: 'user/',
}

test('one request is made, for the route, and nothing is told of the file', async () => {
  expect((await ask(V1)).asked).toEqual(['get_post_signature_for_oss_upload'])
  expect((await ask(V1, 'a&b/ü')).asked).toEqual(['get_post_signature_for_oss_upload?route=a%26b%2F%C3%BC'])
})

test('the form is good as long as its policy, and for files as large as that says', async () => {
  const { form } = await ask(V1)
  expect(form).toMatchObject({ method: 'POST', url: `${HOST}/`, expiresAt: '2026-11-24T12:00:00.000Z', maxSize: 1000 })
  expect(form.token).toBeUndefined()
})

test('what the issuer refuses is refused as it said', async () => {
  const refusal = new Error('no')
  await expect(requestSignature(() => Promise.reject(refusal), FILE, undefined)).rejects.toBe(refusal)
})

test.each([undefined, null, 'text', [], {}, { policy: POLICY }, { ...V1, policy: 'no' }])(
  '%j is no answer',
  async (answer) => {
    await expect(ask(answer)).rejects.toMatchObject({ name: 'PosternError', retry: 'never' })
  },
)

/** docs/spec/direct-upload-server.md section 2: every name seen for the same thing. `instead` is taken out; `given` is what stands under the name, where the field has more. */
const NAMES: {
  what: string
  in: object
  instead: string
  names: string[]
  field: string
  value: string
  given?: string
}[] = [
  {
    what: 'the access key id',
    in: V1,
    instead: 'ossAccessKeyId',
    names: [
      'accessid',
      'accessId',
      'OSSAccessKeyId',
      'ossAccessKeyId',
      'ossaccessKeyId',
      'Accessid',
      'AccessKeyId',
      'oss_access_key_id',
    ],
    field: 'OSSAccessKeyId',
    value: 'ak',
  },
  {
    what: 'the signature',
    in: V1,
    instead: 'signature',
    names: ['signature', 'Signature'],
    field: 'signature',
    value: 's=',
  },
  {
    what: 'the signature of V4',
    in: V4,
    instead: 'signature',
    names: ['signature', 'Signature', 'x_oss_signature', 'x-oss-signature'],
    field: 'x-oss-signature',
    value: '0f',
  },
  {
    what: 'the policy',
    in: V1,
    instead: 'policy',
    names: ['policy', 'Policy', 'policyBase64'],
    field: 'policy',
    value: POLICY,
  },
  {
    what: 'the callback',
    in: V1,
    instead: 'none',
    names: ['callback', 'callbackbody'],
    field: 'callback',
    value: 'Y2I=',
  },
  {
    what: 'the folder',
    in: V1,
    instead: 'dir',
    names: ['dir', 'Dir', 'directory', 'upload_dir', 'uploadDir'],
    given: 'user/',
    field: 'key',
    value: 'user/照片.png',
  },
  { what: 'the whole key', in: V1, instead: 'dir', names: ['key', 'file_key'], field: 'key', value: 'user/made.png' },
  {
    what: 'the token',
    in: V4,
    instead: 'security_token',
    names: ['security_token', 'x_oss_security_token', 'x-oss-security-token', 'securityToken', 'SecurityToken'],
    field: 'x-oss-security-token',
    value: 'CAIS',
  },
  {
    what: 'the credential',
    in: V4,
    instead: 'x_oss_credential',
    names: ['x_oss_credential', 'x-oss-credential'],
    field: 'x-oss-credential',
    value: V4.x_oss_credential,
  },
  {
    what: 'the date',
    in: V4,
    instead: 'x_oss_date',
    names: ['x_oss_date', 'x-oss-date'],
    field: 'x-oss-date',
    value: V4.x_oss_date,
  },
  {
    what: 'the version',
    in: V4,
    instead: 'x_oss_signature_version',
    names: ['x_oss_signature_version', 'version', 'x-oss-signature-version', 'nothing at all'],
    field: 'x-oss-signature-version',
    value: 'OSS4-HMAC-SHA256',
  },
]

describe.each(NAMES)('$what is found', ({ in: answer, instead, names, field, value, given = value }) => {
  const { [instead]: _, ...rest } = Object.fromEntries(Object.entries(answer))

  test.each(names)('under the name %s', async (name) => {
    const { form } = await ask({ ...rest, [name]: given })
    expect(form.fields[field]).toBe(value)
  })
})

test.each(['host', 'Host', 'upload_host'])('the host is found under the name %s', async (name) => {
  const { host, ...rest } = V1
  expect((await ask({ ...rest, [name]: host })).form.url).toBe(`${HOST}/`)
})

test.each([
  { data: V1 },
  { code: 200, message: 'ok', data: V1 },
  { data: { result: V1 } },
  { entry: V1 },
  { result: V1 },
  { signMap: V1 },
])('the answer is found inside of %j', async (answer) => {
  expect((await ask(answer)).form).toEqual((await ask(V1)).form)
})

test('an answer in the manner of DashScope says what becomes of the object, too', async () => {
  const answer = {
    upload_host: HOST,
    upload_dir: 'user/',
    oss_access_key_id: 'ak',
    signature: 's=',
    policy: POLICY,
    x_oss_object_acl: 'private',
    x_oss_forbid_overwrite: 'true',
  }
  const { form } = await ask({ data: answer })
  expect(form.fields).toMatchObject({
    'x-oss-object-acl': 'private',
    'x-oss-forbid-overwrite': 'true',
    key: 'user/照片.png',
  })
})
