import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { signRequest } from '../../src/sign/sign-request.ts'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

export interface Sent {
  readonly method: string
  /** Absent: the bucket itself. */
  readonly key?: string
  readonly query?: readonly (readonly [string, string])[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** A form carries its own permission, or none. */
  readonly unsigned?: boolean
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** Sends requests to a store that may die at any moment. */
export class Client {
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, sockets: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets })
  }

  close(): void {
    this.#agent.destroy()
  }

  /** The whole answer; `undefined` where the store died over it. */
  send(sent: Sent): Promise<Reply | undefined> {
    const { method, body = new Uint8Array(), unsigned = false } = sent
    const headers = unsigned ? sent.headers : signedHeaders(sent)
    const path = targetOf(sent)
    return new Promise((resolve) => {
      const asked = request({ port: this.#port, host: '127.0.0.1', agent: this.#agent, method, path, headers })
      asked.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => {}) // its end tells
        response.on('close', () => {
          const { statusCode = 0, complete } = response
          resolve(
            complete ? { status: statusCode, headers: response.headers, bytes: Buffer.concat(chunks) } : undefined,
          )
        })
      })
      asked.on('error', () => resolve(undefined))
      asked.end(body)
    })
  }
}

function targetOf({ key = '', query = [] }: Sent): string {
  const search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString()
  return `/${BUCKET}/${key}${search === '' ? '' : `?${search}`}`
}

function signedHeaders({ method, key, query = [], headers = {} }: Sent): Record<string, string> {
  const address = { method, bucket: BUCKET, ...(key !== undefined && { key }), query }
  return signRequest(address, headers, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
}
