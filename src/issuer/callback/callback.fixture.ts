import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import type { StoredObject } from '../storage/storage-client.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const OTHER = generateKeyPairSync('rsa', { modulusLength: 1024 })

export const KEY_PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString()
export const CALLBACK_URL = 'https://app.example/callback'

/** A server until the test ends; gives its address, without a `/` at its end. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port.')
  return `http://127.0.0.1:${address.port}`
}

/** The address of a key: ours, unless told otherwise. */
export async function serveKey(pem = KEY_PEM): Promise<string> {
  return `${await serve((_, response) => response.end(pem))}/key.pem`
}

/** A storage that knows these objects of its bucket `photos`, and nothing else than HEAD. */
export async function serveObjects(objects: Map<string, Omit<StoredObject, 'key'>>): Promise<string> {
  return await serve((request, response) => {
    const found = objects.get(decodeURIComponent(request.url ?? '').replace('/photos/', ''))
    if (request.method !== 'HEAD' || found === undefined) response.writeHead(404)
    else {
      const { size, type, etag, crc64 } = found
      const crc = crc64 === undefined ? {} : { 'x-oss-hash-crc64ecma': crc64 }
      response.writeHead(200, { 'content-length': size, 'content-type': type, etag: `"${etag}"`, ...crc })
    }
    response.end()
  })
}

export interface SignedParts {
  readonly keyUrl: string
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Path and query that are signed. */
  readonly signed?: string
  /** Where it is sent to. */
  readonly to?: string
  readonly byOther?: boolean
  readonly headers?: Record<string, string>
}

/** A callback as a storage sends it. */
export function callbackRequest(parts: SignedParts): Request {
  const { keyUrl, body, signed = '/callback', to = 'http://127.0.0.1:8000/callback', byOther = false } = parts
  const text = Buffer.concat([Buffer.from(`${signed}\n`), Buffer.from(body)])
  return new Request(to, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-md5': createHash('md5').update(body).digest('base64'),
      authorization: sign('RSA-MD5', text, byOther ? OTHER.privateKey : privateKey).toString('base64'),
      'x-oss-pub-key-url': Buffer.from(keyUrl).toString('base64'),
      ...parts.headers,
    },
    body,
  })
}
