import { expect, test } from 'vitest'
import {
  CREDENTIAL,
  FILENAME,
  fileStore,
  formBody,
  formEntries,
  freshKey,
  kept,
  NOW,
  post,
  REGION,
  send,
  signed,
  signedText,
  testStore,
} from '../../../test/store-client.ts'
import { ossV1 } from '../../sign/oss-v1.ts'
import { ossV4 } from '../../sign/oss-v4.ts'

/** Who signed a form, and what its policy says. docs/spec/post-object.md, sections 3 and 4. */

const store = await fileStore()
const MULTIPART = 'multipart/form-data; boundary=the-boundary'

// Section 3: signature fields

const WHOLE = signed({ key: 'a.txt' })
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(WHOLE).filter(([name]) => !names.includes(name)))
const V4 = signed({ key: 'a.txt' }, undefined, ossV4(CREDENTIAL, REGION))
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.'

test.each([
  ['no access key id', without('OSSAccessKeyId'), 400, 'InvalidArgument', '', '0002-00000706'],
  [
    'an empty access key id',
    { ...WHOLE, OSSAccessKeyId: '' },
    400,
    'InvalidArgument',
    'Post request accessKeyId is empty.',
    '0002-00000707',
  ],
  ['no policy', without('policy'), 400, 'InvalidArgument', '', '0002-00000702'],
  ['no signature', without('Signature'), 400, 'InvalidArgument', '', '0002-00000703'],
  [
    'an empty signature',
    { ...WHOLE, Signature: '' },
    400,
    'InvalidArgument',
    'Post request signature is empty.',
    '0002-00000704',
  ],
  ['a wrong signature', { ...WHOLE, Signature: 'AAAA' }, 403, 'SignatureDoesNotMatch', MISMATCH, '0002-00000705'],
  [
    'another policy than was signed',
    { ...WHOLE, policy: V4['policy'] ?? '' },
    403,
    'SignatureDoesNotMatch',
    MISMATCH,
    '0002-00000705',
  ],
  [
    'an unknown access key id',
    { ...WHOLE, OSSAccessKeyId: 'stranger' },
    403,
    'InvalidAccessKeyId',
    'The OSS Access Key Id you provided does not exist in our records.',
    '0002-00000902',
  ],
  [
    'a token for a lasting key',
    { ...WHOLE, 'x-oss-security-token': 'token' },
    403,
    'InvalidAccessKeyId',
    '',
    '0002-00000002',
  ],
  [
    'an unknown signature version',
    { ...V4, 'x-oss-signature-version': 'OSS9' },
    400,
    'InvalidArgument',
    '',
    '0002-00000701',
  ],
  [
    'a credential with a wrong tail',
    { ...V4, 'x-oss-credential': 'test-key/20260102/cn-hangzhou/oss/x' },
    400,
    'InvalidArgument',
    '',
    '0002-00000710',
  ],
  [
    'a credential of another day',
    { ...V4, 'x-oss-credential': 'test-key/20260101/cn-hangzhou/oss/aliyun_v4_request' },
    400,
    'InvalidArgument',
    '',
    '0002-00000709',
  ],
  [
    'a wrong V4 signature',
    { ...V4, 'x-oss-signature': '0'.repeat(64) },
    403,
    'SignatureDoesNotMatch',
    MISMATCH,
    '0002-00000705',
  ],
] as const)('%s is refused', async (_, fields, status, code, begins, ec) => {
  const answer = await post(store, fields)
  expect({ status: answer.status, code: answer.error.get('Code'), ec: answer.error.get('EC') }).toEqual({
    status,
    code,
    ec,
  })
  expect(answer.error.get('Message')?.startsWith(begins), answer.text).toBe(true)
  expect(answer.headers['x-oss-ec']).toBe(ec)
  expect(answer.error.get('RecommendDoc')).toBe(`https://api.aliyun.com/troubleshoot?q=${ec}`)
})

test('an empty security token is none', async () => {
  expect((await post(store, { ...WHOLE, 'x-oss-security-token': '' })).status).toBe(204)
})

test('a temporary key needs its token', async () => {
  const credential = { accessKeyId: 'STS.x', accessKeySecret: 'secret', securityToken: 'the-token' }
  const store = await testStore({ credentials: [credential] })
  const fields = signed({ key: 'a.txt' }, undefined, ossV1(credential))
  expect((await post(store, fields)).status).toBe(204)
  const answer = await post(store, { ...fields, 'x-oss-security-token': 'another' })
  expect(answer.error.get('Code')).toBe('InvalidSecurityToken')
})

// Section 4: the policy

const UNTIL = '"expiration":"2026-01-02T04:00:00.000Z"'
const policyOf = (conditions: string) => `{${UNTIL},"conditions":${conditions}}`

test.each([
  ['no JSON', 'expiration', 400, '0006-00000201'],
  ['an unknown member', `{${UNTIL},"conditions":[{"key":"a.txt"}],"more":1}`, 400, '0006-00000206'],
  ['no conditions', `{${UNTIL}}`, 400, '0006-00000207'],
  ['no expiration', '{"conditions":[{"key":"a.txt"}]}', 400, '0006-00000208'],
  ['neither', '{}', 400, '0006-00000209'],
  ['an expiration that is a number', '{"expiration":1,"conditions":[{"key":"a.txt"}]}', 400, '0006-00000210'],
  ['an empty expiration', '{"expiration":"","conditions":[{"key":"a.txt"}]}', 400, '0006-00000211'],
  ['a space for the T', '{"expiration":"2026-01-02 04:00:00Z","conditions":[{"key":"a.txt"}]}', 400, '0006-00000212'],
  ['a time gone by', '{"expiration":"2026-01-02T03:04:05.000Z","conditions":[{"key":"a.txt"}]}', 403, '0006-00000213'],
  ['conditions that are no list', policyOf('{}'), 400, '0006-00000214'],
  ['no condition', policyOf('[]'), 400, '0006-00000215'],
  ['a condition without a mode', policyOf('[["$key"]]'), 400, '0006-00000216'],
  ['an unknown mode', policyOf('[["ends-with","$key","t"]]'), 400, '0006-00000217'],
  ['a range that is reversed', policyOf('[["content-length-range",2,1]]'), 400, '0006-00000219'],
  ['a minimum that is no integer', policyOf('[["content-length-range",1.5,2]]'), 400, '0006-00000220'],
  ['a maximum that is no integer', policyOf('[["content-length-range",1,2.5]]'), 400, '0006-00000221'],
  ['a condition that is text', policyOf('["key"]'), 400, '0006-00000222'],
  ['a bound that is a list', policyOf('[["content-length-range",[1],2]]'), 400, '0006-00000223'],
  ['a list for a text', policyOf('[["eq","$key",["a.txt"]]]'), 400, '0006-00000224'],
  ['a field that is absent', policyOf('[["eq","$x-oss-meta-a","1"]]'), 403, '0006-00000226'],
  ['a field that differs', policyOf('[["eq","$key","b.txt"]]'), 403, '0006-00000227'],
])('a policy with %s is refused', async (_, text, status, ec) => {
  const answer = await post(store, signedText({ key: 'unkept.txt' }, text))
  expect({ status: answer.status, ec: answer.error.get('EC') }, answer.text).toEqual({ status, ec })
  expect(answer.error.get('Code')).toBe(status === 400 ? 'InvalidPolicyDocument' : 'AccessDenied')
  expect(answer.error.get('Message')).toMatch(status === 400 ? /^Invalid Policy: / : /^Invalid according to Policy: /)
  expect(await kept(store, 'unkept.txt')).toBeUndefined()
})

test('an unmet condition is printed as OSS prints it', async () => {
  const answer = await post(store, signedText({ key: 'a.txt' }, policyOf('[{"bucket":"papers"}]')))
  expect(answer.error.get('Message')).toContain('Policy Condition failed: ["eq", "$bucket", "papers"]')
})

test('a V4 field that no condition covers is refused; any other field is free', async () => {
  const signer = ossV4(CREDENTIAL, REGION)
  const scope = signer.scopeFields(NOW)
  const covering = (names: string[]) =>
    policyOf(JSON.stringify([{ bucket: 'photos' }, ...names.map((name) => ({ [name]: scope[name] }))]))
  const fields = (names: string[]) => {
    const policy = Buffer.from(covering(names)).toString('base64') as Parameters<typeof signer.sign>[0]
    return { key: 'a.txt', 'x-oss-meta-free': 'yes', ...scope, ...signer.sign(policy, NOW) }
  }
  const names = Object.keys(scope)
  expect((await post(store, fields(names))).status).toBe(204)
  const answer = await post(store, fields(names.filter((name) => name !== 'x-oss-credential')))
  expect(answer.error.get('EC')).toBe('0006-00000228')
  expect(answer.error.get('Message')).toMatch(/^Invalid according to Policy: Extra input fields: x-oss-credential/)
})

test('the type of a condition is the one the object gets', async () => {
  const policy = policyOf('[["in","$content-type",["image/png"]]]')
  expect((await post(store, signedText({ key: 'a' }, policy), { file: { type: 'image/png' } })).status).toBe(204)
  const fields = signedText({ key: 'b', 'x-oss-content-type': 'text/html' }, policy)
  expect((await post(store, fields, { file: { type: 'image/png' } })).error.get('EC')).toBe('0006-00000227')
})

test('conditions are judged before the file name is filled in', async () => {
  const policy = policyOf(`[["eq","$key","user/\\\\${FILENAME}"]]`)
  expect((await post(store, signedText({ key: `user/${FILENAME}` }, policy))).status).toBe(204)
  expect(await kept(store, 'user/cat.png')).toBeDefined()
})

test.each([
  {
    size: 9,
    status: 400,
    code: 'EntityTooSmall',
    ec: '0006-00000004',
    facts: { ProposedSize: '9', MinSizeAllowed: '10' },
  },
  { size: 10, status: 204 },
  { size: 20, status: 204 },
  {
    size: 21,
    status: 400,
    code: 'EntityTooLarge',
    ec: '0006-00000003',
    facts: { ProposedSize: '21', MaxSizeAllowed: '20' },
  },
])('with a range of 10 to 20, $size bytes → $status', async ({ size, status, code, ec, facts }) => {
  const key = freshKey()
  const fields = signed({ key }, [{ op: 'content-length-range', min: 10, max: 20 }])
  const answer = await post(store, fields, { file: { value: 'x'.repeat(size) } })
  expect(answer.status, answer.text).toBe(status)
  expect(answer.error.get('Code')).toBe(code)
  expect(answer.error.get('EC')).toBe(ec)
  expect(Object.fromEntries(answer.error)).toMatchObject(facts ?? {})
  expect((await kept(store, key))?.bytes.length).toBe(status === 204 ? size : undefined)
})

test('an empty file is an object of 0 bytes, unless the range forbids it', async () => {
  expect((await post(store, signed({ key: 'a.txt' }), { file: { value: '' } })).status).toBe(204)
  expect((await kept(store, 'a.txt'))?.headers['content-length']).toBe('0')
  const fields = signed({ key: 'b.txt' }, [{ op: 'content-length-range', min: 1, max: 20 }])
  expect((await post(store, fields, { file: { value: '' } })).error.get('Code')).toBe('EntityTooSmall')
})

test('a file whose announced length is beyond the range is refused at its first bytes', async () => {
  const fields = signed({ key: 'a.txt' }, [{ op: 'content-length-range', min: 0, max: 1000 }])
  const head = formBody(formEntries(fields, { value: 'x'.repeat(100) })).subarray(0, -20 - 'the-boundary'.length)
  const announced = 50 * 1024 * 1024
  let pulled = 0
  const body = (async function* (): AsyncGenerator<Uint8Array> {
    yield head
    for (;;) {
      pulled++
      yield new Uint8Array(64 * 1024)
    }
  })()
  const headers = { 'content-type': MULTIPART, 'content-length': String(announced) }
  const answer = await send(store, { method: 'POST', target: '/photos/', headers, body })
  expect(answer.error.get('Code')).toBe('EntityTooLarge')
  expect(Number(answer.error.get('ProposedSize'))).toBeGreaterThan(announced - 2000)
  expect(pulled).toBeLessThanOrEqual(1)
})
