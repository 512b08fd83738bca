import { expect, test } from 'vitest'
import {
  CREDENTIAL,
  fileStore,
  formBody,
  formEntries,
  freshKey,
  kept,
  post,
  postEntries,
  REGION,
  send,
  signed,
  signedText,
  testStore,
} from '../../../test/store-client.ts'
import { MAX_CONDITIONS } from '../../base/limits.ts'
import { ossV1 } from '../../sign/oss-v1.ts'
import { s3V4 } from '../../sign/s3-v4.ts'

/** What an attacker would try with a form. docs/spec/form-hazards.md */

const store = await fileStore()

test('a form for one bucket does not open another', async () => {
  const fields = signed({ key: freshKey() })
  const answer = await post(store, fields, { bucket: 'shown' })
  expect(answer.error.get('EC')).toBe('0006-00000227')
})

test('a bucket field does not stand in for the bucket of the address', async () => {
  const key = freshKey()
  const fields = signed({ key, bucket: 'photos' })
  expect((await post(store, fields, { bucket: 'shown' })).error.get('Code')).toBe('InvalidArgument')
  expect(await kept(store, key, 'shown')).toBeUndefined()
  expect((await post(store, fields)).status).toBe(204)
})

test('a policy signed with one key is not good under another key’s name', async () => {
  const other = { accessKeyId: 'other-key', accessKeySecret: 'other-secret' }
  const both = await testStore({ credentials: [CREDENTIAL, other] })
  const fields = signed({ key: 'a' }, undefined, ossV1(other))
  expect((await post(both, fields)).status).toBe(204)
  expect((await post(both, { ...fields, OSSAccessKeyId: 'test-key' })).status).toBe(403)
})

test('a policy that was cut, spaced or padded anew is not the one that was signed', async () => {
  const fields = signed({ key: freshKey() })
  const policy = fields['policy'] ?? ''
  for (const changed of [policy.slice(0, -4), `${policy} `, `${policy}====`, policy.toLowerCase(), ''])
    expect((await post(store, { ...fields, policy: changed })).status).toBeGreaterThanOrEqual(400)
})

test('a field given twice, in whatever case, is refused: nobody may judge the one and use the other', async () => {
  const [allowed, wanted] = [freshKey(), freshKey()]
  const fields = signed({ key: allowed }, [{ op: 'eq', field: 'key', value: allowed }])
  for (const name of ['key', 'KEY', 'Key']) {
    for (const entries of [
      [{ name, value: wanted }, ...formEntries(fields)],
      [
        ...Object.entries(fields).map(([field, value]) => ({ name: field, value })),
        { name, value: wanted },
        { name: 'file', value: 'x' },
      ],
    ])
      expect((await postEntries(store, entries)).error.get('Code')).toBe('InvalidArgument')
  }
  expect(await kept(store, wanted)).toBeUndefined()
})

test('fields named like what JavaScript has in every object are fields like any other', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const fields = names.map((name) => ({ name, value: 'x' }))
  expect((await postEntries(store, [...fields, ...formEntries(signed({ key: freshKey() }))])).status).toBe(204)
  const meta = await post(store, signed({ key: freshKey(), 'x-oss-meta-constructor': 'x' }))
  expect(meta.status).toBe(204)
})

const SPLIT = 'a\r\nset-cookie: stolen=1'

test.each([
  ['x-oss-meta-a', SPLIT],
  ['x-oss-meta-a', 'a\nb'],
  ['x-oss-meta-a', 'a\0b'],
  ['x-oss-meta-a\r\nset-cookie', 'stolen'],
  ['Content-Type', SPLIT],
  ['x-oss-content-type', SPLIT],
  ['Cache-Control', SPLIT],
  ['Content-Disposition', SPLIT],
  ['Content-Encoding', SPLIT],
  ['Expires', SPLIT],
])('%j of %j starts no header of its own', async (name, value) => {
  const key = freshKey()
  const entries = [{ name, value }, ...formEntries(signed({ key }))]
  const answer = await postEntries(store, entries)
  expect(answer.status).toBe(400)
  expect(await kept(store, key)).toBeUndefined()
})

test('a redirect carries no line end into Location', async () => {
  const fields = signed({ key: freshKey(), success_action_redirect: `https://a.example/\r\nset-cookie: x=1` })
  const { status, headers } = await post(store, fields)
  expect(status).toBe(303)
  expect(headers['location']).not.toMatch(/[\r\n]/)
  expect(headers['location']).toMatch(/^https:\/\/a\.example\/set-cookie:/)
})

test('a key with a line end is a key, and Location and XML stay whole', async () => {
  const key = `a\r\nset-cookie: x=1<b>`
  const redirected = await post(store, signed({ key, success_action_redirect: 'https://a.example/' }))
  expect(redirected.headers['location']).not.toMatch(/[\r\n]/)
  const told = await post(store, signed({ key, success_action_status: '201' }))
  expect(told.text).toContain('<Key>a&#13;\nset-cookie: x=1&lt;b&gt;</Key>')
})

test('the Host header and the key of a refusal stand in its XML as text', async () => {
  const headers = { host: '127.0.0.1<Code>x</Code>' }
  const answer = await send(store, { method: 'GET', target: '/shown/%3CCode%3E', headers })
  expect(answer.error.get('Code')).toBe('NoSuchKey')
  expect(answer.error.get('Key')).toBe('<Code>')
})

test('without a signature only a public-read-write bucket takes a form', async () => {
  const status = async (bucket: string) => (await post(store, { key: freshKey() }, { bucket })).status
  expect([await status('photos'), await status('shown'), await status('open')]).toEqual([403, 403, 204])
  const refused = await post(store, { key: freshKey() })
  expect(refused.error.get('Message')).toMatch(/^You have no right to access this object because of bucket acl\./)
})

test('half a signature is refused also where none is needed', async () => {
  const fields = { key: freshKey(), policy: signed({})['policy'] ?? '' }
  expect((await post(store, fields, { bucket: 'open' })).status).toBe(400)
})

test('in an open bucket nobody without a signature replaces a private object or sets an ACL', async () => {
  const key = freshKey()
  const open = [{ op: 'eq', field: 'bucket', value: 'open' }] as const
  await post(store, signed({ key, 'x-oss-object-acl': 'private' }, open), { bucket: 'open' })
  expect((await post(store, { key }, { bucket: 'open', file: { value: 'other' } })).status).toBe(403)
  expect((await kept(store, key, 'open'))?.text).toBe('hello')
  const acl = { key: freshKey(), 'x-oss-object-acl': 'public-read' }
  expect((await post(store, acl, { bucket: 'open' })).status).toBe(403)
})

test('a form that pins every field cannot be given another', async () => {
  const key = freshKey()
  const conditions = [
    { op: 'eq', field: 'bucket', value: 'photos' },
    { op: 'eq', field: 'key', value: key },
    { op: 'eq', field: 'x-oss-forbid-overwrite', value: 'true' },
    { op: 'eq', field: 'x-oss-object-acl', value: 'private' },
  ] as const
  const fields = signed({ key, 'x-oss-forbid-overwrite': 'true', 'x-oss-object-acl': 'private' }, conditions)
  for (const changed of [
    { ...fields, 'x-oss-forbid-overwrite': 'false' },
    { ...fields, 'x-oss-object-acl': 'public-read' },
    { ...fields, key: `${key}x` },
    Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'x-oss-forbid-overwrite')),
  ])
    expect((await post(store, changed)).status).toBe(403)
})

test('in the S3 dialect a field that no condition names is refused, and a header stands in for none', async () => {
  const key = freshKey()
  const conditions = [
    { op: 'eq', field: 'bucket', value: 'photos' },
    { op: 'eq', field: 'key', value: key },
  ] as const
  const fields = signed({ key }, conditions, s3V4(CREDENTIAL, REGION))
  const extra = await post(store, { ...fields, 'x-oss-meta-a': '1' })
  expect(extra.error.get('Message')).toMatch(/^Invalid according to Policy: Extra input fields: x-oss-meta-a/)
  expect((await post(store, fields, { headers: { 'x-oss-object-acl': 'public-read' } })).status).toBe(204)
  expect((await send(store, { method: 'GET', target: `/photos/${key}` })).status).toBe(403)
})

const S3 = (fields: Record<string, string>) => {
  const conditions = Object.entries({ bucket: 'photos', ...fields }).map(
    ([field, value]) => ({ op: 'eq', field, value }) as const,
  )
  return signed(fields, conditions, s3V4(CREDENTIAL, REGION))
}

test('what an S3 form says of its object is done, or refused, never passed over', async () => {
  const key = freshKey()
  expect((await post(store, S3({ key, acl: 'public-read', 'x-amz-meta-a': '1' }))).status).toBe(204)
  const { status, headers } = await send(store, { method: 'GET', target: `/photos/${key}` })
  expect([status, headers['x-oss-meta-a']]).toEqual([200, '1'])
  for (const fields of [
    { 'x-amz-server-side-encryption': 'AES256' },
    { 'x-amz-tagging': 'a=b' },
    { 'x-amz-storage-class': 'GLACIER' },
    { tagging: '<Tagging/>' },
  ])
    expect((await post(store, S3({ key: freshKey(), ...fields }))).error.get('Code')).toBe('NotImplemented')
  expect((await post(store, S3({ key: freshKey(), acl: 'authenticated-read' }))).error.get('Code')).toBe(
    'InvalidArgument',
  )
  const twice = S3({ key: freshKey(), acl: 'private', 'x-oss-object-acl': 'public-read' })
  expect((await post(store, twice)).error.get('Code')).toBe('InvalidArgument')
})

test('a policy that would be costly is refused', async () => {
  const conditions = (count: number) => Array.from({ length: count }, () => '["eq","$key","a"]').join(',')
  const policy = (inner: string) => `{"expiration":"2026-01-02T04:00:00Z","conditions":[${inner}]}`
  const many = await post(store, signedText({ key: 'a' }, policy(conditions(MAX_CONDITIONS + 1))))
  expect(many.error.get('Code')).toBe('InvalidPolicyDocument')
  const large = await post(store, signedText({ key: 'a' }, policy(`["eq","$key","${'a'.repeat(70_000)}"]`)))
  expect(large.error.get('Code')).toBe('InvalidPolicyDocument')
  const deep = await post(store, signedText({ key: 'a' }, policy('['.repeat(1000) + ']'.repeat(1000))))
  expect(deep.error.get('Code')).toBe('InvalidPolicyDocument')
})

test('a form that is too large in any part is refused before its file', async () => {
  const key = freshKey()
  const cases = [
    [{ name: 'a'.repeat(8193), value: '' }],
    [{ name: 'a', value: 'x'.repeat(2 * 1024 * 1024 + 1) }],
    Array.from({ length: 5 }, (_, at) => ({ name: `a${at}`, value: 'x'.repeat(2 * 1024 * 1024) })),
    Array.from({ length: 1001 }, (_, at) => ({ name: `a${at}`, value: '' })),
  ]
  for (const entries of cases)
    expect((await postEntries(store, [...entries, ...formEntries(signed({ key }))])).status).toBe(400)
  expect(await kept(store, key)).toBeUndefined()
})

test('a form that keeps its policy may be sent again and again, unless it forbids overwriting', async () => {
  const fields = signed({ key: freshKey() })
  for (const value of ['one', 'two']) expect((await post(store, fields, { file: { value } })).status).toBe(204)
  expect((await kept(store, fields['key'] ?? ''))?.text).toBe('two')
})

test('a bucket that is closed while an anonymous file comes in does not keep it', async () => {
  const own = await testStore()
  const key = freshKey()
  const whole = formBody(formEntries({ key }, { value: 'x'.repeat(1000) }))
  const body = (async function* (): AsyncGenerator<Uint8Array> {
    yield whole.subarray(0, -100)
    await own.createBucket('open', { acl: 'private' })
    yield whole.subarray(-100)
  })()
  const headers = {
    'content-type': 'multipart/form-data; boundary=the-boundary',
    'content-length': String(whole.length),
  }
  expect((await send(own, { method: 'POST', target: '/open/', headers, body })).status).toBe(403)
  expect(await kept(own, key, 'open')).toBeUndefined()
})
