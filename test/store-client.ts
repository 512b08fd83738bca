import { afterAll, onTestFinished } from 'vitest'
import { utf8 } from '../src/base/bytes.ts'
import { readElements } from '../src/base/xml.ts'
import type { StoreRequest } from '../src/http/exchange.ts'
import type { Condition } from '../src/policy/condition.ts'
import { encodePolicy } from '../src/policy/encode-policy.ts'
import { ossV1 } from '../src/sign/oss-v1.ts'
import { signRequest } from '../src/sign/sign-request.ts'
import type { Credential, Signer } from '../src/sign/signer.ts'
import { openStore, type Store, type StoreOptions } from '../src/store/open-store.ts'

/** What the tests of the store share: a store with a fixed clock, spoken to through its handler, without a socket. */

export const NOW = new Date('2026-01-02T03:04:05.000Z')
export const CREDENTIAL: Credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
export const REGION = 'cn-hangzhou'
const DEFAULTS: StoreOptions = {
  buckets: ['photos', { name: 'open', acl: 'public-read-write' }, { name: 'shown', acl: 'public-read' }],
  credentials: [CREDENTIAL],
  region: REGION,
  now: () => NOW,
}
/** In two pieces, so that it does not look like a template that lacks its backticks. */
export const FILENAME = '$' + '{filename}'
export const BOUNDARY = 'the-boundary'

/** A store for one test: `photos` is private, `open` is public-read-write, `shown` is public-read. */
export async function testStore(options: StoreOptions = {}): Promise<Store> {
  const store = await openStore({ ...DEFAULTS, ...options })
  onTestFinished(() => store.close())
  return store
}

/** The same for all the tests of a file, who then use a {@link freshKey} each. */
export async function fileStore(options: StoreOptions = {}): Promise<Store> {
  const store = await openStore({ ...DEFAULTS, ...options })
  afterAll(() => store.close())
  return store
}

/** A key that no test has used. */
export function freshKey(): string {
  return `key-${keys++}.txt`
}

let keys = 0

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
  readonly text: string
  /** The first level of an error's XML. */
  readonly error: ReadonlyMap<string, string>
}

export interface Sent {
  readonly method: string
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>
}

/** Sends a request as it stands. A body of known length announces it, unless the headers do. */
export async function send(store: Store, sent: Sent): Promise<Answer> {
  const response = await store.handler(storeRequest(sent))
  const bytes = await collect(response.body)
  const text = bytes.toString()
  return { ...response, bytes, text, error: readElements(text, 'Error') ?? new Map() }
}

export function storeRequest({ method, target, headers = {}, body = '' }: Sent): StoreRequest {
  const content = typeof body === 'string' ? utf8(body) : body
  const length = content instanceof Uint8Array ? { 'content-length': String(content.length) } : {}
  const all = { host: '127.0.0.1:9000', ...length, ...headers }
  return {
    method,
    target,
    headers: new Map(
      Object.entries(all)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, Buffer.from(value).toString('latin1')]), // as node:http gives UTF-8
    ),
    body: content instanceof Uint8Array ? once(content) : content,
    clientAddress: '127.0.0.1',
    signal: new AbortController().signal,
  }
}

/** Signs a request with V4 in its headers, then sends it. The target's path is `/bucket` or `/bucket/key`, plain ASCII. */
export async function sendSigned(store: Store, sent: Sent): Promise<Answer> {
  const [path = '', search = ''] = sent.target.split('?')
  const [, bucket = '', ...rest] = decodeURIComponent(path).split('/')
  const key = rest.join('/')
  const query = [...new URLSearchParams(search)]
  const address = { method: sent.method, bucket, ...(key !== '' && { key }), query }
  const how = { scheme: 'oss-v4', region: store.region } as const
  const headers = signRequest(address, sent.headers ?? {}, store.credentials[0], how, NOW)
  return await send(store, { ...sent, headers })
}

/** One entry of a form: a field, or the file. */
export interface TestEntry {
  readonly name: string
  readonly value: string | Uint8Array
  /** What follows the name in Content-Disposition, such as `; filename="a.png"`. */
  readonly more?: string
  readonly type?: string
}

/** A multipart/form-data body, byte for byte as a browser writes it. */
export function formBody(entries: readonly TestEntry[], boundary = BOUNDARY): Buffer {
  const pieces = entries.flatMap(({ name, value, more = '', type }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n`,
    type === undefined ? '\r\n' : `Content-Type: ${type}\r\n\r\n`,
    value,
    '\r\n',
  ])
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)))
}

/** Fields in their order, then the file. */
export function formEntries(fields: Readonly<Record<string, string>>, file: Partial<TestEntry> = {}): TestEntry[] {
  const entries = Object.entries(fields).map(([name, value]) => ({ name, value }))
  return [...entries, { name: 'file', value: 'hello', more: '; filename="cat.png"', ...file }]
}

export interface Posted {
  readonly bucket?: string
  readonly file?: Partial<TestEntry>
  readonly headers?: Readonly<Record<string, string>>
  readonly target?: string
}

/** Posts a form of these fields, with a file `hello` named `cat.png`. */
export async function post(
  store: Store,
  fields: Readonly<Record<string, string>>,
  posted: Posted = {},
): Promise<Answer> {
  const { bucket = 'photos', file, headers, target = `/${bucket}/` } = posted
  return await postEntries(store, formEntries(fields, file), { target, ...(headers && { headers }) })
}

export async function postEntries(store: Store, entries: readonly TestEntry[], posted: Posted = {}): Promise<Answer> {
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...posted.headers }
  return await send(store, { method: 'POST', target: posted.target ?? '/photos/', headers, body: formBody(entries) })
}

/** Fields with a policy of these conditions and its signature, good for an hour. */
export function signed(
  fields: Readonly<Record<string, string>>,
  conditions: readonly Condition[] = [{ op: 'eq', field: 'bucket', value: 'photos' }],
  signer: Signer = ossV1(CREDENTIAL),
): Record<string, string> {
  const scope = signer.scopeFields(NOW)
  const pinned = Object.entries(scope).map(([field, value]) => ({ op: 'eq', field, value }) as const)
  const expiration = new Date(NOW.getTime() + 3_600_000)
  const policy = encodePolicy({ expiration, conditions: [...conditions, ...pinned] })
  return { ...fields, ...scope, ...signer.sign(policy, NOW) }
}

/** Fields with this text as their policy, signed with V1 whatever it says. */
export function signedText(fields: Readonly<Record<string, string>>, policyText: string): Record<string, string> {
  const policy = Buffer.from(policyText).toString('base64')
  return { ...fields, ...ossV1(CREDENTIAL).sign(policy as ReturnType<typeof encodePolicy>, NOW) }
}

/** What is kept under a key, read with the owner's signature; `undefined` where there is nothing. */
export async function kept(store: Store, key: string, bucket = 'photos'): Promise<Answer | undefined> {
  const target = `/${bucket}/${encodeURIComponent(key)}`
  const answer = await sendSigned(store, { method: 'GET', target })
  return answer.status === 404 ? undefined : answer
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}

export async function collect(body: string | Uint8Array | AsyncIterable<Uint8Array> = ''): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
