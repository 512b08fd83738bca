import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type SignedCall, sendAs, WAYS } from '../../../test/sign-as.ts'
import { type Answer, CREDENTIAL, fileStore, freshKey, kept, post, REGION, signed } from '../../../test/store-client.ts'
import { allowing, assume } from '../../../test/sts-call.ts'
import { ossV1 } from '../../sign/oss-v1.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import { s3V2 } from '../../sign/s3-v2.ts'
import { s3V4 } from '../../sign/s3-v4.ts'
import type { Credential } from '../../sign/signer.ts'
import { OPERATIONS, type OperationKind } from '../request/operations.ts'

/** What a temporary key may do: what its role allows, and of that only what its session's policy allows. */

const narrow = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'oss:*', Resource: ['acs:oss:*:*:photos/users/*', 'acs:oss:*:*:photos'] },
    { Effect: 'Deny', Action: 'oss:DeleteObject', Resource: '*' },
  ],
}
const store = await fileStore({ roles: [{ name: 'uploader' }, { name: 'narrow', policy: narrow }] })

const code = ({ error, status }: Answer) => error.get('Code') ?? status
const SHOWN = 'source.txt'
let seven: Credential

beforeAll(async () => {
  seven = await assume(store, { Policy: allowing('oss:PutObject', 'photos/users/7/*') })
  await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'shown', key: SHOWN, body: 'anybody may read this' })
})

type Call = Omit<SignedCall, 'bucket'> & { readonly bucket?: string | undefined }

/** One request for each operation, on an object of this name or on its bucket. */
const REQUESTS: Readonly<
  Record<Exclude<OperationKind, 'preflight' | 'post-object' | 'assume-role'>, (key: string) => Call>
> = {
  'list-buckets': () => ({ method: 'GET', bucket: undefined }),
  'put-bucket': () => ({ method: 'PUT', bucket: 'new-bucket' }),
  'delete-bucket': () => ({ method: 'DELETE' }),
  'list-objects': () => ({ method: 'GET' }),
  'delete-objects': (key) => deletion(key),
  'list-uploads': () => ({ method: 'GET', query: [['uploads', '']] }),
  'get-bucket-info': () => ({ method: 'GET', query: [['bucketInfo', '']] }),
  'get-bucket-location': () => ({ method: 'GET', query: [['location', '']] }),
  'get-bucket-acl': () => ({ method: 'GET', query: [['acl', '']] }),
  'put-bucket-acl': () => ({ method: 'PUT', query: [['acl', '']], headers: { 'x-oss-acl': 'public-read' } }),
  'get-bucket-cors': () => ({ method: 'GET', query: [['cors', '']] }),
  'put-bucket-cors': () => ({ method: 'PUT', query: [['cors', '']], body: '<CORSConfiguration/>' }),
  'delete-bucket-cors': () => ({ method: 'DELETE', query: [['cors', '']] }),
  'get-object': (key) => ({ method: 'GET', key }),
  'head-object': (key) => ({ method: 'HEAD', key }),
  'get-object-meta': (key) => ({ method: 'HEAD', key, query: [['objectMeta', '']] }),
  'put-object': (key) => ({ method: 'PUT', key, body: 'hello' }),
  'copy-object': (key) => ({ method: 'PUT', key, headers: { 'x-oss-copy-source': `/shown/${SHOWN}` } }),
  'append-object': (key) => ({
    method: 'POST',
    key: `${key}-appended`,
    query: [
      ['append', ''],
      ['position', '0'],
    ],
    body: 'hello',
  }),
  'delete-object': (key) => ({ method: 'DELETE', key }),
  'get-object-acl': (key) => ({ method: 'GET', key, query: [['acl', '']] }),
  'put-object-acl': (key) => ({
    method: 'PUT',
    key,
    query: [['acl', '']],
    headers: { 'x-oss-object-acl': 'public-read' },
  }),
  'get-object-tagging': (key) => ({ method: 'GET', key, query: [['tagging', '']] }),
  'put-object-tagging': (key) => ({
    method: 'PUT',
    key,
    query: [['tagging', '']],
    body: '<Tagging><TagSet/></Tagging>',
  }),
  'delete-object-tagging': (key) => ({ method: 'DELETE', key, query: [['tagging', '']] }),
  'get-symlink': (key) => ({ method: 'GET', key, query: [['symlink', '']] }),
  'put-symlink': (key) => ({
    method: 'PUT',
    key: `${key}-link`,
    query: [['symlink', '']],
    headers: { 'x-oss-symlink-target': key },
  }),
  'initiate-upload': (key) => ({ method: 'POST', key, query: [['uploads', '']] }),
  'upload-part': (key) => ({
    method: 'PUT',
    key,
    query: [
      ['partNumber', '1'],
      ['uploadId', ID],
    ],
    body: 'hello',
  }),
  'upload-part-copy': (key) => ({
    ...{
      method: 'PUT',
      key,
      query: [
        ['partNumber', '1'],
        ['uploadId', ID],
      ],
    },
    headers: { 'x-oss-copy-source': `/shown/${SHOWN}` },
  }),
  'complete-upload': (key) => ({
    method: 'POST',
    key,
    query: [['uploadId', ID]],
    headers: { 'x-oss-complete-all': 'yes' },
  }),
  'abort-upload': (key) => ({ method: 'DELETE', key, query: [['uploadId', ID]] }),
  'list-parts': (key) => ({ method: 'GET', key, query: [['uploadId', ID]] }),
}

/** Stands for the id of an upload of the owner's. */
const ID = '(id)'

function deletion(...keys: readonly string[]) {
  const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  return { method: 'POST', query: [['delete', '']], headers, body } as const
}

/** Sends one of the requests, on an object that exists, with an upload of its name under way. */
async function ask(credential: Credential, kind: keyof typeof REQUESTS, key: string): Promise<Answer> {
  await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'photos', key, body: 'before' })
  const started = await sendAs(store, CREDENTIAL, { method: 'POST', bucket: 'photos', key, query: [['uploads', '']] })
  const id = /<UploadId>(\w+)</.exec(started.text)?.[1] ?? ''
  const part = {
    method: 'PUT',
    bucket: 'photos',
    key,
    query: [
      ['partNumber', '2'],
      ['uploadId', id],
    ],
    body: 'part',
  } as const
  await sendAs(store, CREDENTIAL, part)
  const { bucket = 'photos', query = [], ...call } = REQUESTS[kind](key)
  const named = kind === 'list-buckets' ? {} : { bucket }
  const withId = query.map(([name, value]) => [name, value === ID ? id : value] as const)
  return await sendAs(store, credential, { ...call, ...named, query: withId })
}

const KINDS = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[] // the keys of a constant

describe('a session that may put objects below users/7/, and nothing else', () => {
  test.each(KINDS)('%s there is done where that is putting an object, and elsewhere never', async (kind) => {
    const { level, action } = OPERATIONS[kind]
    const mine = await ask(seven, kind, `users/7/${freshKey()}`)
    if (level === 'object' && action === 'oss:PutObject') expect(mine.status, mine.text).toBeLessThan(300)
    else expect(mine.status, mine.text).toBe(403)
    const other = await ask(seven, kind, `users/8/${freshKey()}`)
    expect(other.status, other.text).toBe(403)
  })

  test('all that was refused is there as it was', async () => {
    const key = `users/7/${freshKey()}`
    for (const kind of ['delete-object', 'delete-objects', 'put-object-acl'] as const) await ask(seven, kind, key)
    expect((await kept(store, key))?.text).toBe('before')
    expect((await kept(store, 'users/8/none'))?.text).toBeUndefined()
  })

  test.each(WAYS)('$scheme by $by, $style style', async (way) => {
    const key = `users/7/${freshKey()}`
    const call = { bucket: 'photos', body: 'hello', ...way }
    expect((await sendAs(store, seven, { ...call, method: 'PUT', key })).status).toBe(200)
    expect(code(await sendAs(store, seven, { ...call, method: 'PUT', key: 'users/70' }))).toBe('AccessDenied')
    expect(code(await sendAs(store, seven, { ...call, method: 'GET', key }))).toBe('AccessDenied')
    expect((await kept(store, key))?.text).toBe('hello')
  })

  test.each(['oss-v1', 'oss-v4', 's3-v2', 's3-v4'] as const)('in forms of the scheme %s', async (scheme) => {
    const form = (key: string) => signed({ key }, conditions(key), signerOf(scheme, seven))
    const key = `users/7/${freshKey()}`
    expect((await post(store, form(key))).status).toBe(204)
    expect((await kept(store, key))?.text).toBe('hello')
    expect(code(await post(store, form('users/8/a')))).toBe('AccessDenied')
  })

  test('an object of another is neither copied nor read through a symlink', async () => {
    await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'photos', key: 'users/8/secret', body: 'secret' })
    const own = await assume(store, { Policy: allowing('oss:*', 'photos/users/7/*') })
    const mine = { bucket: 'photos', key: `users/7/${freshKey()}` }
    const copied = await sendAs(store, own, {
      ...mine,
      method: 'PUT',
      headers: { 'x-oss-copy-source': '/photos/users/8/secret' },
    })
    expect(code(copied)).toBe('AccessDenied')
    expect(await kept(store, mine.key)).toBeUndefined()
    const headers = { 'x-oss-symlink-target': 'users/8/secret' }
    expect((await sendAs(store, own, { ...mine, method: 'PUT', query: [['symlink', '']], headers })).status).toBe(200)
    const read = await sendAs(store, own, { ...mine, method: 'GET' })
    expect({ code: code(read), resource: read.error.get('Resource') }).toEqual({
      code: 'AccessDenied',
      resource: 'acs:oss:*:*:photos/users/8/secret',
    })
  })

  test('of several objects to delete none is deleted where one is not theirs', async () => {
    const own = await assume(store, { Policy: allowing('oss:*', 'photos/users/7/*') })
    const [mine, other] = [`users/7/${freshKey()}`, `users/8/${freshKey()}`]
    for (const key of [mine, other])
      await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'photos', key, body: 'kept' })
    expect(code(await sendAs(store, own, { bucket: 'photos', ...deletion(mine, other) }))).toBe('AccessDenied')
    for (const key of [mine, other]) expect((await kept(store, key))?.text).toBe('kept')
    expect((await sendAs(store, own, { bucket: 'photos', ...deletion(mine) })).status).toBe(200)
    expect(await kept(store, mine)).toBeUndefined()
  })

  test('tags on a put need their own permission', async () => {
    const headers = { 'x-oss-tagging': 'a=b' }
    const put = { method: 'PUT', bucket: 'photos', key: `users/7/${freshKey()}`, headers, body: 'hello' }
    expect(code(await sendAs(store, seven, put))).toBe('AccessDenied')
  })
})

test("a temporary key may do no more than its role, whatever its session's policy says", async () => {
  const RoleArn = 'acs:ram::1:role/narrow'
  const everything = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
  for (const Policy of [undefined, everything]) {
    const key = await assume(store, { RoleArn, Policy })
    expect((await ask(key, 'put-object', 'users/9/a')).status).toBe(200)
    expect((await ask(key, 'list-objects', 'users/9/a')).status).toBe(200)
    expect(code(await ask(key, 'delete-object', 'users/9/a'))).toBe('AccessDenied')
    expect(code(await ask(key, 'put-object', 'others/a'))).toBe('AccessDenied')
    expect(code(await ask(key, 'list-buckets', 'a'))).toBe('AccessDenied')
  }
  const apart = await assume(store, { RoleArn, Policy: allowing('oss:*', 'photos/others/*') })
  for (const key of ['others/a', 'users/9/a']) expect(code(await ask(apart, 'put-object', key))).toBe('AccessDenied')
})

test("a session's policy may deny, and has patterns", async () => {
  const allow = { Effect: 'Allow', Action: 'oss:*Object', Resource: 'acs:oss:*:*:photos/??/*' }
  const deny = { Effect: 'Deny', Action: 'oss:Get*', Resource: 'acs:oss:*:*:photos/ab/secret*' }
  const Policy = JSON.stringify({ Version: '1', Statement: [deny, allow] })
  const key = await assume(store, { Policy })
  expect((await ask(key, 'get-object', 'ab/a')).status).toBe(200)
  expect((await ask(key, 'put-object', 'ab/secret')).status).toBe(200)
  expect(code(await ask(key, 'get-object', 'ab/secret'))).toBe('AccessDenied')
  expect(code(await ask(key, 'get-object', 'abc/a'))).toBe('AccessDenied')
  expect(code(await ask(key, 'get-object-acl', 'ab/a'))).toBe('AccessDenied')
})

test('a role without a policy, taken without one, may do everything', async () => {
  const key = await assume(store)
  for (const kind of ['put-object', 'get-object', 'list-objects', 'list-buckets', 'put-object-tagging'] as const)
    expect((await ask(key, kind, freshKey())).status, kind).toBe(200)
})

function conditions(key: string) {
  return [
    { op: 'eq', field: 'bucket', value: 'photos' },
    { op: 'eq', field: 'key', value: key },
  ] as const
}

function signerOf(scheme: 'oss-v1' | 'oss-v4' | 's3-v2' | 's3-v4', credential: Credential) {
  switch (scheme) {
    case 'oss-v1':
      return ossV1(credential)
    case 'oss-v4':
      return ossV4(credential, REGION)
    case 's3-v2':
      return s3V2(credential)
    case 's3-v4':
      return s3V4(credential, REGION)
  }
}
