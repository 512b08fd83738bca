import OSS from 'ali-oss'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { assumeRole } from '../../src/credential/assume-role.ts'
import { keepFresh } from '../../src/credential/keep-fresh.ts'
import { parseUploadForm } from '../../src/form/upload-form.ts'
import { formFromAnswer } from '../../src/form/vendor-answer.ts'
import type { HttpServer } from '../../src/http/server.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { BUCKET, CREDENTIAL, REGION, send } from './issuer-store.ts'

/** The issuer's temporary credentials in the hands of the vendor's own client, against a store that enforces them. */

const ROLE = 'acs:ram::1234567890123456:role/uploader'
const PATH = '/get_sts_token_for_oss_upload'
const PUTTING = { Effect: 'Allow', Action: 'oss:*', Resource: `acs:oss:*:*:${BUCKET}/*` }

let store: Store
let server: HttpServer
const now = () => new Date()
beforeAll(async () => {
  const roles = [{ name: 'uploader', policy: { Version: '1', Statement: [PUTTING] } }]
  store = await openStore({ buckets: [BUCKET], credentials: [CREDENTIAL], region: REGION, roles, now })
  server = await store.listen()
})
beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
afterAll(async () => {
  await server.close()
  await store.close()
})

function issuer(): Handler {
  return createIssuer({
    storage: oss({ bucket: BUCKET, region: REGION, endpoint: server.url, credential: CREDENTIAL }),
    routes: { default: { prefix: 'videos/', sts: true } },
    authorize: () => ({ id: 'eva', prefix: 'eva' }),
    sts: { roleArn: ROLE, endpoint: server.url },
    now,
  })
}

interface Token {
  readonly AccessKeyId: string
  readonly AccessKeySecret: string
  readonly SecurityToken: string
  readonly Expiration: string
  readonly bucket: string
  readonly dir: string
}

async function askToken(handler = issuer()): Promise<Token> {
  const response = await handler(new Request(`http://app.local${PATH}`))
  expect(response.status).toBe(200)
  return response.json()
}

/** As the vendor's page does it with the answer. */
function clientOf({ AccessKeyId, AccessKeySecret, SecurityToken, bucket }: Token): OSS {
  return new OSS({
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    stsToken: SecurityToken,
    bucket,
    region: `oss-${REGION}`,
    endpoint: server.url,
    authorizationV4: true,
  })
}

test('a token puts objects below its own dir, whole and in parts', async () => {
  const token = await askToken()
  expect(token.dir).toMatch(/^videos\/eva\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\/$/)
  const client = clientOf(token)
  const whole = await client.put(`${token.dir}a b/猫.txt`, Buffer.from('whole'))
  expect(whole.res.status).toBe(200)
  const parts = await client.multipartUpload(`${token.dir}b.bin`, Buffer.alloc(300_000, 1), { partSize: 102_400 })
  expect(parts.res.status).toBe(200)
})

test('an upload in parts that was begun with a token can be looked at and given up with it', async () => {
  const token = await askToken()
  const client = clientOf(token)
  const { uploadId } = await client.initMultipartUpload(`${token.dir}c.bin`)
  expect((await client.listParts(`${token.dir}c.bin`, uploadId)).res.status).toBe(200)
  expect((await client.abortMultipartUpload(`${token.dir}c.bin`, uploadId)).res.status).toBe(204)
})

test.each<[string, (client: OSS, token: Token, other: Token) => Promise<unknown>]>([
  ['puts nothing beside its dir', (client) => client.put('videos/eva/a.txt', Buffer.from('x'))],
  [
    'puts nothing into a folder that begins like its own',
    (client, { dir }) => client.put(`${dir.slice(0, -1)}0/a`, Buffer.from('x')),
  ],
  ['puts nothing into the dir of another answer', (client, _, other) => client.put(`${other.dir}a`, Buffer.from('x'))],
  ['begins no upload elsewhere', (client) => client.initMultipartUpload('a.bin')],
  ['reads nothing, not even its own', (client, { dir }) => client.get(`${dir}mine`)],
  ['deletes nothing', (client, { dir }) => client.delete(`${dir}mine`)],
  ['lists nothing', (client, { dir }) => client.list({ prefix: dir, 'max-keys': 10 })],
  ['lists no uploads', (client, { dir }) => client.listUploads({ prefix: dir, 'max-uploads': 10 })],
  ['makes nothing public', (client, { dir }) => client.putACL(`${dir}mine`, 'public-read')],
  [
    'copies nothing that it may not read',
    (client, { dir }, other) => client.copy(`${dir}b`, `${other.dir}theirs`, BUCKET),
  ],
])('a token %s', async (_, act) => {
  const [token, other] = [await askToken(), await askToken()]
  await clientOf(token).put(`${token.dir}mine`, Buffer.from('mine'))
  await clientOf(other).put(`${other.dir}theirs`, Buffer.from('theirs'))
  await expect(act(clientOf(token), token, other)).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
})

test('a token is good for a quarter of an hour, and then no longer', async () => {
  vi.useFakeTimers({ now: new Date(), toFake: ['Date'] }) // the client's clock and the store's go together
  const began = now().getTime()
  const token = await askToken()
  const end = Date.parse(token.Expiration)
  expect(end - began).toBe(900_000 - (began % 1000))
  vi.setSystemTime(end - 1)
  await clientOf(token).put(`${token.dir}last`, Buffer.from('x'))
  vi.setSystemTime(end)
  const late = clientOf(token).put(`${token.dir}late`, Buffer.from('x'))
  await expect(late).rejects.toMatchObject({ status: 403, code: 'SecurityTokenExpired' })
})

test('a form that a role of the STS has signed is taken, its token pinned by the policy', async () => {
  const credential = keepFresh(assumeRole(CREDENTIAL, { roleArn: ROLE, endpoint: server.url, now }), { now })
  const storage = oss({ bucket: BUCKET, region: REGION, endpoint: server.url, credential })
  const handler = createIssuer({ storage, authorize: 'public', now })
  const file = { name: 'a.txt', type: 'text/plain', content: 'hello' }
  const body = JSON.stringify({ filename: file.name, type: file.type, size: file.content.length })
  const headers = { 'content-type': 'application/json' }
  const response = await handler(new Request('http://app.local/uploads', { method: 'POST', headers, body }))
  const form = parseUploadForm(await response.json())
  expect(form.fields['x-oss-security-token']).toBeDefined()
  expect(await send(form, file, { 'x-oss-security-token': 'another' })).toMatchObject({ status: 403 })
  expect(await send(form, file)).toMatchObject({ status: 200 })

  const answer = await handler(new Request('http://app.local/get_post_signature_for_oss_upload'))
  expect(await send(formFromAnswer(await answer.json(), file), file)).toMatchObject({ status: 200 })
})

test('an STS that refuses says why: no such role, no such key', async () => {
  const storage = oss({ bucket: BUCKET, region: REGION, endpoint: server.url, credential: CREDENTIAL })
  const routes = { default: { sts: true } }
  const refused = async (sts: { roleArn: string; credential?: typeof CREDENTIAL }) => {
    const options = { storage, routes, authorize: 'public', sts: { ...sts, endpoint: server.url }, now } as const
    const handler = createIssuer({ ...options, onError: () => {} })
    const response = await handler(new Request(`http://app.local${PATH}`))
    return { status: response.status, ...(await response.json()) }
  }
  expect(await refused({ roleArn: 'acs:ram::1:role/nobody' })).toMatchObject({
    status: 503,
    StsCode: 'EntityNotExist.Role',
    StsRequestId: expect.any(String),
  })
  expect(await refused({ roleArn: ROLE, credential: { accessKeyId: 'nobody', accessKeySecret: 'x' } })).toMatchObject({
    StsCode: expect.stringMatching(/^InvalidAccessKeyId/),
  })
  expect(
    await refused({ roleArn: ROLE, credential: { accessKeyId: CREDENTIAL.accessKeyId, accessKeySecret: 'x' } }),
  ).toMatchObject({ StsCode: 'SignatureDoesNotMatch' })
})
