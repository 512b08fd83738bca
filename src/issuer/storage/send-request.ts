import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { PosternError } from '../../base/issuer-errors.ts'
import type { SignedRequest, StorageRequest } from './storage.ts'

/** What the storage said. */
export interface StorageAnswer {
  readonly status: number
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** Decoded as UTF-8; empty where there is none. */
  readonly body: string
}

export interface SendOptions {
  readonly method: StorageRequest['method']
  readonly body?: string
  /** From the first byte asked to the last byte read. */
  readonly timeoutMs: number
}

/** Ours: a page of a thousand parts takes a quarter of it. */
const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * Sends this server's own request to the storage. By `node:http`, because `fetch` folds the `..` of a key and asks for
 * another object, and asks for compressed answers, whose length says nothing. No redirect is followed: a signed request is
 * for the host that it was signed for.
 *
 * Throws `storage-unreachable` where no whole answer came in time.
 */
export async function sendRequest(signed: SignedRequest, options: SendOptions): Promise<StorageAnswer> {
  try {
    return await sendOnce(signed, options)
  } catch (cause) {
    if (cause instanceof StaleConnection) return await sendOnce(signed, options).catch(unreachable)
    return unreachable(cause)
  }
}

/** The storage had closed the connection that was kept for the next request, so it never saw this one. */
class StaleConnection extends Error {}

function sendOnce({ url, headers }: SignedRequest, { method, body, timeoutMs }: SendOptions): Promise<StorageAnswer> {
  const { protocol, hostname, port } = new URL(url)
  const send = protocol === 'https:' ? requestHttps : requestHttp
  const bytes = body === undefined ? undefined : Buffer.from(body)
  return new Promise((resolve, reject) => {
    const request = send({
      hostname: hostname.replace(/^\[|\]$/g, ''), // an IPv6 address is looked up without its brackets
      port,
      method,
      path: url.slice(url.indexOf('/', url.indexOf('://') + 3)),
      headers: { ...headers, ...lengthOf(method, bytes) },
      signal: AbortSignal.timeout(timeoutMs),
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(isStale ? new StaleConnection() : error)
    })
    request.on('response', (response) => {
      readAnswer(response).then(resolve, reject)
    })
    request.end(bytes)
  })
}

/** A request without a body says so where the storage would wait for one. */
function lengthOf(method: string, bytes: Uint8Array | undefined): Record<string, string> {
  if (bytes !== undefined) return { 'content-length': `${bytes.length}` }
  return method === 'POST' || method === 'PUT' ? { 'content-length': '0' } : {}
}

async function readAnswer(response: IncomingMessage): Promise<StorageAnswer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) {
      response.destroy()
      throw new Error(`The storage's answer is over ${MAX_ANSWER_BYTES} bytes.`)
    }
    chunks.push(chunk)
  }
  const { headers, statusCode = 0 } = response
  return {
    status: statusCode,
    header: (name) => [headers[name]].flat()[0],
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

function unreachable(cause: unknown): never {
  const detail = 'The storage did not answer in time, or not at all. Look at its address, and try again.'
  throw new PosternError('storage-unreachable', detail, {}, { cause })
}
