import { randomBytes } from 'node:crypto'
import { createIssuer, type IssuerOptions } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { type S3Options, s3 } from '../../src/issuer/storage/s3.ts'
import type { Storage } from '../../src/issuer/storage/storage.ts'
import type { Credential } from '../../src/sign/signer.ts'

/** A bucket of its own in the Ceph RGW that `npm run conformance` has started. */
export interface RgwBucket {
  readonly storage: (options?: Partial<S3Options>) => Storage
  readonly issuer: (options?: Partial<IssuerOptions>) => Handler
  /** An object as a signed GET gives it. */
  readonly read: (key: string) => Promise<{ readonly status: number; readonly headers: Headers; readonly body: Buffer }>
  /** Lets pages of an origin send to the bucket. */
  readonly allow: (origin: string) => Promise<void>
}

export async function openRgwBucket(now: () => Date = () => new Date()): Promise<RgwBucket> {
  const credential: Credential = { accessKeyId: needed('S3_ACCESS_KEY'), accessKeySecret: needed('S3_SECRET_KEY') }
  const place = { endpoint: needed('S3_ENDPOINT'), region: needed('S3_REGION'), credential }
  const bucket = `bucket-${randomBytes(6).toString('hex')}`
  const storage = (options: Partial<S3Options> = {}) => s3({ ...place, bucket, ...options })
  const send = async (
    method: 'GET' | 'PUT',
    more: { key?: string; query?: [string, string][]; body?: string } = {},
  ) => {
    const { body, ...request } = more
    const { url, headers } = (await storage().signing()).sign({ method, ...request }, new Date())
    return await fetch(url, { method, headers, ...(body !== undefined && { body }) })
  }
  await succeeded(send('PUT'))
  return {
    storage,
    issuer: (options = {}) => createIssuer({ storage: storage(), authorize: 'public', now, ...options }),
    async read(key) {
      const response = await send('GET', { key })
      const { status, headers } = response
      return { status, headers, body: Buffer.from(await response.arrayBuffer()) }
    },
    async allow(origin) {
      const rule = ['POST', 'PUT', 'GET'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`).join('')
      const body = `<CORSConfiguration><CORSRule><AllowedOrigin>${origin}</AllowedOrigin>${rule}<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>`
      await succeeded(send('PUT', { query: [['cors', '']], body }))
    },
  }
}

/** What an engine says to a request for an upload: status, and the code where it refuses. */
export async function verdict(answer: Promise<Response>): Promise<{ status: number; code: string | undefined }> {
  const response = await answer
  return { status: response.status, code: /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1] }
}

/** An issuer's answer to a JSON body. */
export async function ask(issuer: Handler, path: string, body: unknown) {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(`http://app.local${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const response = await issuer(request)
  return { status: response.status, answer: await response.json() }
}

async function succeeded(answer: Promise<Response>): Promise<void> {
  const response = await answer
  if (!response.ok) throw new Error(`RGW answered ${response.status}: ${await response.text()}`)
}

function needed(name: string): string {
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  throw new Error(`${name} is not set. These tests need a Ceph RGW: npm run conformance rgw starts one and runs them.`)
}
