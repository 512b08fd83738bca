import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type SignedCall, sendAs, signedAs, WAYS } from '../../../test/sign-as.ts'
import { type Answer, CREDENTIAL, fileStore, freshKey, kept, post, send, signed } from '../../../test/store-client.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import type { StoreCredential } from '../keys/own-keys.ts'
import { OPERATIONS } from './operations.ts'

/** What somebody tries who holds a key for `photos/users/7/*` and wants more. */

const SEVEN: StoreCredential = {
  accessKeyId: 'seven',
  accessKeySecret: 'secret of seven',
  policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: 'acs:oss:*:*:photos/users/7/*' }] },
}
const SECRET = 'users/8/secret'
const MINE = 'users/7/mine'

const store = await fileStore({ credentials: [CREDENTIAL, SEVEN] })
const owner = (call: Partial<SignedCall> & { method: string }) =>
  sendAs(store, CREDENTIAL, { bucket: 'photos', ...call })
const seven = (call: Partial<SignedCall> & { method: string }) => sendAs(store, SEVEN, { bucket: 'photos', ...call })
const code = ({ error, status }: Answer) => error.get('Code') ?? status
const xml = (answer: Answer, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer.text)?.[1] ?? ''

beforeAll(async () => {
  await owner({ method: 'PUT', key: SECRET, body: 'secret' })
  await owner({ method: 'PUT', key: MINE, body: 'mine' })
})

async function upload(who: typeof owner, key: string): Promise<string> {
  return xml(await who({ method: 'POST', key, query: [['uploads', '']] }), 'UploadId')
}

const OTHERS = ['users/70', 'users/7', 'users/8/new', 'Users/7/new', 'a/users/7/new', 'new', 'users/7%2Fnew']

test.each(OTHERS)('%s is put neither by PUT, form, copy, append, symlink nor in parts', async (key) => {
  const source = { 'x-oss-copy-source': `/photos/${MINE}` }
  const tries: Answer[] = [
    await seven({ method: 'PUT', key, body: 'x' }),
    await post(store, signed({ key }, undefined, ossV4(SEVEN, store.region))),
    await seven({ method: 'PUT', key, headers: source }),
    await seven({
      method: 'POST',
      key,
      query: [
        ['append', ''],
        ['position', '0'],
      ],
      body: 'x',
    }),
    await seven({ method: 'PUT', key, query: [['symlink', '']], headers: { 'x-oss-symlink-target': MINE } }),
    await seven({ method: 'POST', key, query: [['uploads', '']] }),
  ]
  expect(tries.map(code)).toEqual(tries.map(() => 'AccessDenied'))
  expect(await kept(store, key)).toBeUndefined()
})

test("another's object is neither read, copied, linked to, changed nor deleted", async () => {
  const source = { 'x-oss-copy-source': `/photos/${SECRET}` }
  const own = await upload(seven, 'users/7/parts')
  const part: SignedCall['query'] = [
    ['partNumber', '1'],
    ['uploadId', own],
  ]
  await seven({
    method: 'PUT',
    key: 'users/7/link',
    query: [['symlink', '']],
    headers: { 'x-oss-symlink-target': SECRET },
  })
  const tries: Answer[] = [
    await seven({ method: 'GET', key: SECRET }),
    await seven({ method: 'GET', key: SECRET, query: [['symlink', '']] }),
    await seven({ method: 'GET', key: SECRET, query: [['acl', '']] }),
    await seven({ method: 'GET', key: SECRET, query: [['tagging', '']] }),
    await seven({ method: 'PUT', key: 'users/7/copy', headers: source }),
    await seven({ method: 'PUT', key: 'users/7/parts', query: part, headers: source }),
    await seven({ method: 'GET', key: 'users/7/link' }),
    await seven({ method: 'PUT', key: SECRET, query: [['acl', '']], headers: { 'x-oss-object-acl': 'public-read' } }),
    await seven({ method: 'DELETE', key: SECRET, query: [['tagging', '']] }),
    await seven({ method: 'DELETE', key: SECRET }),
  ]
  expect(tries.map(code)).toEqual(tries.map(() => 'AccessDenied'))
  for (const key of [SECRET, 'users/7/link']) expect((await seven({ method: 'HEAD', key })).status).toBe(403)
  expect((await seven({ method: 'HEAD', key: SECRET, query: [['objectMeta', '']] })).status).toBe(403)
  expect((await kept(store, SECRET))?.text).toBe('secret')
  expect(await kept(store, 'users/7/copy')).toBeUndefined()
})

test('of several objects to delete none is deleted where one is not theirs', async () => {
  const body = `<Delete><Object><Key>${MINE}</Key></Object><Object><Key>${SECRET}</Key></Object></Delete>`
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  const answer = await seven({ method: 'POST', query: [['delete', '']], headers, body })
  expect(code(answer)).toBe('AccessDenied')
  expect(answer.error.get('Resource')).toBe(`acs:oss:*:*:photos/${SECRET}`)
  for (const key of [MINE, SECRET]) expect(await kept(store, key)).toBeDefined()
})

test("another's upload is reached neither under its own key nor under one of theirs", async () => {
  const [own, other] = [await upload(seven, 'users/7/up'), await upload(owner, 'users/8/up')]
  const at = (uploadId: string): SignedCall['query'] => [['uploadId', uploadId]]
  const body = '<CompleteMultipartUpload></CompleteMultipartUpload>'
  for (const [key, id, expected] of [
    ['users/8/up', other, 'AccessDenied'],
    ['users/8/up', own, 'AccessDenied'],
    ['users/7/up', other, 'NoSuchUpload'],
  ] as const) {
    const tries: Answer[] = [
      await seven({ method: 'PUT', key, query: [['partNumber', '1'], ...(at(id) ?? [])], body: 'x' }),
      await seven({ method: 'POST', key, query: at(id) ?? [], body }),
      await seven({ method: 'GET', key, query: at(id) ?? [] }),
      await seven({ method: 'DELETE', key, query: at(id) ?? [] }),
    ]
    expect(tries.map(code), `${key} ${id}`).toEqual(tries.map(() => expected))
  }
  expect((await owner({ method: 'GET', key: 'users/8/up', query: at(other) ?? [] })).status).toBe(200)
})

test('nothing of the bucket itself is theirs, nor of any other', async () => {
  const asked = Object.values(OPERATIONS).filter(({ level, anonymous }) => level !== 'object' && anonymous === 'never')
  for (const { request, level } of asked) {
    const [method = '', name = ''] = request.split(' ')
    const query: SignedCall['query'] = name === '' ? [] : [[name, '']]
    for (const bucket of level === 'service' ? [undefined] : ['photos', 'shown', 'new-bucket']) {
      const answer = await sendAs(store, SEVEN, { method, query, ...(bucket !== undefined && { bucket }) })
      expect(code(answer), `${request} ${bucket}`).toBe(
        bucket === 'new-bucket' && request !== 'PUT ' ? 'NoSuchBucket' : 'AccessDenied',
      )
    }
  }
})

test('a key in another bucket that ends like a resource of theirs is not theirs', async () => {
  for (const key of ['a:b:photos/users/7/c', 'acs:oss:*:*:photos/users/7/c', 'photos/users/7/c'])
    expect(code(await seven({ method: 'PUT', bucket: 'shown', key }))).toBe('AccessDenied')
})

describe('dots in a key are letters like any other', () => {
  test.each(['/photos/users/7/../8/secret', '/photos/users/7/%2e%2e/8/secret', '/photos/users%2F7%2F..%2F8%2Fsecret'])(
    'PUT %s keeps an object of that very name',
    async (target) => {
      const request = signedAs(SEVEN, { method: 'PUT', bucket: 'photos', key: 'users/7/../8/secret', body: 'dots' })
      expect((await send(store, { ...request, target })).status).toBe(200)
      expect((await kept(store, SECRET))?.text).toBe('secret')
      expect((await kept(store, 'users/7/../8/secret'))?.text).toBe('dots')
    },
  )

  test('and do not lead into what a policy allows', async () => {
    expect(code(await seven({ method: 'PUT', key: 'users/8/../7/a' }))).toBe('AccessDenied')
    expect(code(await seven({ method: 'PUT', key: './users/7/a' }))).toBe('AccessDenied')
    expect(code(await seven({ method: 'PUT', key: 'users//7/a' }))).toBe('AccessDenied')
  })
})

describe.each(WAYS)('$scheme by $by, $style style: a signature', (way) => {
  const put = { method: 'PUT', bucket: 'photos', key: MINE, body: 'stolen', ...way }
  const mismatch = async (request: ReturnType<typeof signedAs>) => {
    expect(code(await send(store, request))).toBe('SignatureDoesNotMatch')
  }

  test('for one bucket is not good for another', async () => {
    const { target, headers, ...rest } = signedAs(SEVEN, put)
    if (way.style === 'path') await mismatch({ ...rest, headers, target: target.replace('/photos/', '/shown/') })
    await mismatch({ ...rest, target, headers: { ...headers, host: 'shown.oss-cn-hangzhou.aliyuncs.com' } })
    expect(await kept(store, MINE, 'shown')).toBeUndefined()
  })

  test('for one key or method is not good for another', async () => {
    const request = signedAs(SEVEN, put)
    await mismatch({ ...request, target: request.target.replace('/7/', '/8/') })
    await mismatch({ ...request, method: 'DELETE' })
    await mismatch({ ...request, target: request.target.replace('/7/', '/7//') })
  })

  test('does not let another sub-resource, header or response be asked for', async () => {
    const request = signedAs(SEVEN, { ...put, method: 'GET' })
    const joint = request.target.includes('?') ? '&' : '?'
    for (const name of SUB_RESOURCES) await mismatch({ ...request, target: `${request.target}${joint}${name}` })
    await mismatch({ ...request, target: `${request.target}${joint}response-content-type=text/html` })
    for (const name of ['x-oss-object-acl', 'x-oss-copy-source', 'x-oss-meta-a', 'x-oss-symlink-target'])
      await mismatch({ ...request, headers: { ...request.headers, [name]: 'public-read' } })
  })
})

/** Every query name that chooses an operation of a bucket or an object, or one of its parts. */
const SUB_RESOURCES = [
  ...new Set(
    Object.values(OPERATIONS)
      .filter(({ level }) => level !== 'service')
      .map(({ request }) => request.split(' ')[1] ?? ''),
  ),
  ...['position=0', 'partNumber=1', 'versionId=1'],
].filter((name) => name !== '' && name !== 'copy')

describe('a query parameter that a V1 signature does not cover', () => {
  const names = [
    'prefix=a',
    'max-keys=1',
    'list-type=2',
    'key=users/8/secret',
    'bucket=shown',
    'x-oss-unknown=1',
    'foo',
  ]

  test.each(names)('changes nothing of what is read, and lets nothing be written: ?%s', async (name) => {
    const key = `users/7/${freshKey()}`
    const call = { bucket: 'photos', key, scheme: 'oss-v1', by: 'header', body: 'hello' } as const
    const withName = async (method: string) => {
      const request = signedAs(SEVEN, { ...call, method })
      return await send(store, { ...request, target: `${request.target}?${name}` })
    }
    const put = await withName('PUT')
    expect([200, 501]).toContain(put.status)
    await seven({ method: 'PUT', key, body: 'hello' })
    expect((await withName('GET')).text).toBe('hello')
    expect((await kept(store, SECRET))?.text).toBe('secret')
  })
})
