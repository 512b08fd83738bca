import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sendAs } from '../../../test/sign-as.ts'
import {
  type Answer,
  CREDENTIAL,
  fileStore,
  freshKey,
  kept,
  type Sent,
  send,
  sendSigned,
  testStore,
} from '../../../test/store-client.ts'
import type { Credential } from '../../sign/signer.ts'
import type { Store } from '../open-store.ts'
import {
  bytes,
  idIn,
  initiate,
  partList,
  SMALLEST,
  type TestUpload,
  uploadOf,
  uploadThrough,
} from './upload.fixture.ts'

/** What somebody may try who knows an upload's id, or sends what nobody sends. */

const store = await fileStore()
const HELLO = '"5D41402ABC4B2A76B9719D911017C592"'

/** Every request that names an upload. */
const REQUESTS: readonly [string, (upload: TestUpload) => Promise<Answer>][] = [
  ['a part', (upload) => upload.part(1, 'evil')],
  ['a copied part', (upload) => upload.part(1, '', { 'x-oss-copy-source': '/open/mine/x' })],
  ['a completion', (upload) => upload.complete(partList([[1, HELLO]]))],
  ['a completion of all', (upload) => upload.complete('', { 'x-oss-complete-all': 'yes' })],
  ['a listing', (upload) => upload.send({ method: 'GET' })],
  ['an abort', (upload) => upload.send({ method: 'DELETE' })],
]

test.each(REQUESTS)('an id opens nothing under another key or in another bucket: %s', async (_, request) => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'hello' })
  for (const other of [
    uploadOf(store, freshKey(), upload.id),
    uploadOf(store, `${upload.key}/`, upload.id),
    uploadOf(store, upload.key, upload.id, 'shown'),
  ]) {
    const { status, error } = await request(other)
    expect([status, error.get('Code')]).toEqual([404, 'NoSuchUpload'])
  }
  expect((await upload.complete(list)).status).toBe(200)
  expect((await kept(store, upload.key))?.text).toBe('hello')
})

const ODD_IDS = [
  '',
  '../../blobs',
  '0',
  'G'.repeat(32),
  'A'.repeat(31),
  'A'.repeat(33),
  '\0',
  '李',
  `${'A'.repeat(32)}\0`,
]

test.each(ODD_IDS)('there is no upload %j', async (id) => {
  const upload = uploadOf(store, freshKey(), id)
  for (const [, request] of REQUESTS) {
    const { status, error } = await request(upload)
    expect([status, error.get('Code')]).toEqual([404, 'NoSuchUpload'])
  }
})

test('an id is not shown whole where it is long', async () => {
  const { error } = await uploadOf(store, freshKey(), 'A'.repeat(5000)).send({ method: 'GET' })
  expect(error.get('UploadId')).toHaveLength(100)
})

test('ETags of one upload complete no other', async () => {
  const [one, other] = [await initiate(store, freshKey()), await initiate(store, freshKey())]
  const list = await one.parts({ 1: bytes(SMALLEST), 2: 'end' })
  await other.parts({ 1: bytes(SMALLEST), 2: 'and' })
  expect((await other.complete(list)).error.get('Code')).toBe('InvalidPart')
})

test.each(REQUESTS)(
  'nobody touches an upload without a signature, not even in an open bucket: %s',
  async (_, request) => {
    const { text } = await sendSigned(store, { method: 'POST', target: '/open/k?uploads' })
    const id = /<UploadId>(.*)<\/UploadId>/.exec(text)?.[1] ?? ''
    const upload = uploadAs(undefined, id)
    const { status, error } = await request(upload)
    expect([status, error.get('Code')]).toEqual([403, 'AccessDenied'])
  },
)

test.each([
  ['POST', '/open/k?uploads'],
  ['GET', '/open?uploads'],
])('nor begins or lists any: %s %s', async (method, target) => {
  expect((await send(store, { method, target })).status).toBe(403)
})

const NARROW: Credential = { accessKeyId: 'narrow', accessKeySecret: 'secret' }

test.each(REQUESTS)(
  'a key that may write elsewhere may not touch this upload, though it has the id: %s',
  async (_, request) => {
    const Statement = [{ Effect: 'Allow', Action: 'oss:*', Resource: ['acs:oss:*:*:open/mine/*'] }]
    const own = await testStore({ credentials: [CREDENTIAL, { ...NARROW, policy: { Version: '1', Statement } }] })
    const begin = (key: string) => sendSigned(own, { method: 'POST', target: `/open/${key}?uploads` })
    const idOf = async (key: string) => idIn((await begin(key)).text)
    const theirs = await request(uploadAs(NARROW, await idOf('k'), own))
    expect([theirs.status, theirs.error.get('Code')]).toEqual([403, 'AccessDenied'])
    const mine = await request(uploadAs(NARROW, await idOf('mine/k'), own, 'mine/k'))
    expect(mine.error.get('Code')).not.toBe(
      mine.error.get('AuthAction') === undefined ? 'AccessDenied' : 'NoSuchUpload',
    )
  },
)

test('a part is copied only from what its key may read', async () => {
  const Statement = [{ Effect: 'Allow', Action: 'oss:PutObject', Resource: ['acs:oss:*:*:open/k'] }]
  const own = await testStore({ credentials: [CREDENTIAL, { ...NARROW, policy: { Version: '1', Statement } }] })
  await sendSigned(own, { method: 'PUT', target: '/photos/secret', body: 'hello' })
  const { text } = await sendSigned(own, { method: 'POST', target: '/open/k?uploads' })
  const upload = uploadAs(NARROW, idIn(text), own)
  const { status, error } = await upload.part(1, '', { 'x-oss-copy-source': '/photos/secret' })
  expect([status, error.get('Code')]).toEqual([403, 'AccessDenied'])
  expect((await upload.part(1, 'own bytes')).status).toBe(200)
})

test.each([
  ['10,001 parts', () => partList(Array.from({ length: 10_001 }, (_, at) => [at + 1, HELLO] as const))],
  ['five megabytes', () => `<CompleteMultipartUpload>${' '.repeat(5_000_000)}</CompleteMultipartUpload>`],
  ['elements without end', () => '<CompleteMultipartUpload>'.repeat(100_000)],
  ['elements in each other', () => `${'<Part>'.repeat(30_000)}${'</Part>'.repeat(30_000)}`],
  [
    'entities',
    () => `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(1000)}">]><CompleteMultipartUpload>&b;</CompleteMultipartUpload>`,
  ],
  ['names of JavaScript', () => '<CompleteMultipartUpload><__proto__><Part/></__proto__></CompleteMultipartUpload>'],
  ['bytes that are no text', () => '\uFFFD<CompleteMultipartUpload/>'],
])('a list of %s is refused, and the upload goes on', async (_, body) => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'hello' })
  const { status, error } = await upload.complete(body())
  expect([status, error.get('Code')]).toEqual([400, 'MalformedXML'])
  expect((await upload.complete(list)).status).toBe(200)
})

test('a list without end is not read to its end', async () => {
  const upload = await initiate(store, freshKey())
  let sent = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      sent += 65_536
      yield Buffer.alloc(65_536, ' ')
    }
  }
  const answer = await upload.send({ method: 'POST', body: endless(), headers: { 'transfer-encoding': 'chunked' } })
  expect(answer.error.get('Code')).toBe('MalformedXML')
  expect(sent).toBeLessThan(5_000_000)
})

test('ten thousand parts are listed in one document, and complete', async () => {
  const upload = await initiate(store, freshKey())
  await upload.part(10_000, 'end')
  const list = partList(Array.from({ length: 10_000 }, (_, at) => [at + 1, HELLO] as const))
  expect((await upload.complete(list)).error.get('PartNumber')).toBe('1') // it was read, and part 1 is missing
  expect((await upload.complete('', { 'x-oss-complete-all': 'yes' })).status).toBe(200)
})

test.each([
  ['breaks off', { 'transfer-encoding': 'chunked' }, 'none'],
  ['ends too early', { 'content-length': '5000000' }, 'IncompleteBody'],
])('a part that %s leaves nothing, and the earlier one stays', async (_, headers, code) => {
  const data = await mkdtemp(join(tmpdir(), 'postern-part-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const own = await testStore({ data, onError: () => undefined })
  const upload = await initiate(own, freshKey())
  const first = bytes(300_000)
  const list = await upload.parts({ 1: first })
  const before = await filesIn(data)
  async function* broken(): AsyncGenerator<Uint8Array> {
    for (let chunk = 0; chunk < 20; chunk++) yield bytes(65_536)
    if (code === 'none') throw new Error('The client is gone.')
  }
  const answer = await upload.part(1, broken(), headers).catch(() => undefined)
  if (code !== 'none') expect(answer?.error.get('Code')).toBe(code)
  expect(await filesIn(data)).toEqual(before)
  expect((await upload.complete(list)).status).toBe(200)
  expect((await kept(own, upload.key))?.bytes.equals(first)).toBe(true)
})

test('the files of parts are gone when they are replaced, left out, or aborted', async () => {
  const data = await mkdtemp(join(tmpdir(), 'postern-part-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const own = await testStore({ data })
  const upload = await initiate(own, freshKey())
  await upload.part(1, 'replaced')
  await upload.part(2, 'left out')
  await upload.complete(await upload.parts({ 1: 'kept' }))
  expect(await filesIn(data)).toHaveLength(1)
  const aborted = await initiate(own, freshKey())
  await aborted.parts({ 1: 'a', 2: 'b' })
  expect(await filesIn(data)).toHaveLength(3)
  await aborted.send({ method: 'DELETE' })
  expect(await filesIn(data)).toHaveLength(1)
  await sendSigned(own, { method: 'DELETE', target: `/photos/${upload.key}` })
  expect(await filesIn(data)).toEqual([])
})

/** An upload in the bucket `open` as somebody else sees it, or nobody. */
function uploadAs(credential: Credential | undefined, id: string, where: Store = store, key = 'k'): TestUpload {
  const request = ({ target, ...sent }: Sent): Promise<Answer> => {
    if (credential === undefined) return send(where, { ...sent, target })
    const query = [...new URLSearchParams(target.split('?')[1])]
    return sendAs(where, credential, { ...sent, bucket: 'open', key, query })
  }
  return uploadThrough(request, `/open/${key}`, id)
}

/** Blobs, published or staged. */
async function filesIn(data: string): Promise<string[]> {
  const folders = ['blobs', 'staging'].map((name) =>
    readdir(join(data, name), { recursive: true, withFileTypes: true }),
  )
  const entries = (await Promise.all(folders)).flat()
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
}
