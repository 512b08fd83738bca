import { expect, test } from 'vitest'
import type { Credential } from '../../src/sign.ts'
import type { Store, StoreOptions } from '../../src/store.ts'
import { type Answer, type Sent, send, testStore } from '../store-client.ts'
import { HEADER_V1, HEADER_V4, URL_V1, URL_V4, V4_ADDRESS, V4_HEADERS } from './sign-vectors.fixture.ts'

/** The published vectors as requests: the store takes each signature, with the bucket in path or host, and no other. */

const code = ({ error, status }: Answer) => error.get('Code') ?? String(status)

/** Sends what the vector signed, as it was published, then with one character of the signature changed. */
async function expectTaken(store: Store, sent: Sent, bucket: string, signature: string): Promise<void> {
  const spoilt = `${signature.startsWith('a') ? 'b' : 'a'}${signature.slice(1)}`
  const inHost = {
    target: sent.target.replace(`/${bucket}`, '') || '/',
    headers: { ...sent.headers, host: `${bucket}.localhost` },
  }
  for (const way of [sent, { ...sent, ...inHost }]) {
    // the store may not know what it asks for, or miss a header; who asks is settled before
    expect((await send(store, way)).status).not.toBe(403)
    const text = JSON.stringify(way)
    const escaped = encodeURIComponent(signature)
    const wrong: Sent = JSON.parse(text.replaceAll(signature, spoilt).replaceAll(escaped, encodeURIComponent(spoilt)))
    expect(code(await send(store, wrong))).toBe('SignatureDoesNotMatch')
  }
}

const storeAt = (now: Date, credential: Credential, options: StoreOptions = {}) =>
  testStore({ credentials: [credential], buckets: ['bucket', 'examplebucket'], now: () => now, ...options })
const tokenHeader = ({ securityToken }: Credential) => (securityToken ? { 'x-oss-security-token': securityToken } : {})
const search = (query: readonly (readonly [string, string])[]) =>
  query.map(([name, value]) => [name, value].map(encodeURIComponent).join('=')).join('&')
const lower = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

test.each(HEADER_V1)(
  'header V1: %s',
  async (_, { method, bucket = '', key = '' }, query, headers, credential, signature) => {
    const store = await storeAt(new Date('2022-12-28T10:27:41Z'), credential)
    const date = { 'x-oss-date': 'Wed, 28 Dec 2022 10:27:41 GMT' }
    const signed = { ...lower(headers), ...date, ...tokenHeader(credential), authorization: `OSS ak:${signature}` }
    await expectTaken(
      store,
      { method, target: `/${bucket}/${key}?${search(query)}`, headers: signed },
      bucket,
      signature,
    )
  },
)

test.each(URL_V1)('URL V1: %s', async (_, key, expires, credential, signature) => {
  const store = await storeAt(new Date((expires - 60) * 1000), credential)
  const token = credential.securityToken === undefined ? [] : [['security-token', credential.securityToken] as const]
  const query = [['OSSAccessKeyId', 'ak'], ['Expires', String(expires)], ['Signature', signature], ...token] as const
  const target = `/bucket/${encodeURIComponent(key)}?versionId=versionId&${search(query)}`
  await expectTaken(store, { method: 'GET', target }, 'bucket', signature)
})

const v4Target = (query: readonly (readonly [string, string])[] = []) =>
  `/bucket/${encodeURIComponent(V4_ADDRESS.key ?? '')}?${search([...V4_ADDRESS.query, ...query])}`
const scopeOf = (how: (typeof HEADER_V4)[number][3], date: string) =>
  how.scheme === 'oss-v4' ? [date.slice(0, 8), how.region, how.product ?? 'oss', 'aliyun_v4_request'].join('/') : ''
const additional = (how: (typeof HEADER_V4)[number][3]) =>
  how.scheme === 'oss-v4' && how.additionalHeaders !== undefined ? 'abc;zabc' : undefined
const regionOf = (how: (typeof HEADER_V4)[number][3]) => (how.scheme === 'oss-v4' ? { region: how.region } : {})
const compact = (iso: string) => iso.replaceAll(/[-:]/g, '')

test.each(HEADER_V4)('header V4: %s', async (_, iso, credential, how, signature) => {
  const store = await storeAt(new Date(iso), credential, regionOf(how))
  const names = additional(how)
  const authorization = [
    `OSS4-HMAC-SHA256 Credential=ak/${scopeOf(how, compact(iso))}`,
    ...(names === undefined ? [] : [`AdditionalHeaders=${names}`]),
    `Signature=${signature}`,
  ].join(',')
  const date = { 'x-oss-date': compact(iso), 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' }
  const headers = { ...lower(V4_HEADERS), ...date, ...tokenHeader(credential), authorization }
  await expectTaken(store, { method: 'PUT', target: v4Target(), headers }, 'bucket', signature)
})

test.each(URL_V4)('URL V4: %s', async (_, iso, life, credential, how, signature) => {
  const store = await storeAt(new Date(iso), credential, regionOf(how))
  const names = additional(how)
  const query = [
    ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
    ['x-oss-credential', `ak/${scopeOf(how, compact(iso))}`],
    ['x-oss-date', compact(iso)],
    ['x-oss-expires', String(life)],
    ...(names === undefined ? [] : [['x-oss-additional-headers', names] as const]),
    ...(credential.securityToken === undefined ? [] : [['x-oss-security-token', credential.securityToken] as const]),
    ['x-oss-signature', signature],
  ] as const
  const headers = { ...lower(V4_HEADERS), 'content-type': 'application/octet-stream' }
  await expectTaken(store, { method: 'PUT', target: v4Target(query), headers }, 'bucket', signature)
})
