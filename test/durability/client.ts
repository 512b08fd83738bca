import { Agent, request } from 'node:http'
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
  readonly etag: string | undefined
  readonly text: string
}

/** Sends requests to a store that may die at any moment. */
export class Client {
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, sockets: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets })
  }

  /** The answer, which is one of these; `undefined` where the store died over the request. */
  async send(sent: Sent, allowed: readonly number[]): Promise<Reply | undefined> {
    const reply = await this.#exchange(sent)
    if (reply === undefined || allowed.includes(reply.status)) return reply
    throw new Error(`${sent.method} ${sent.key} ${sent.query} was answered with ${reply.status}: ${reply.text}`)
  }

  close(): void {
    this.#agent.destroy()
  }

  #exchange(sent: Sent): Promise<Reply | undefined> {
    const { method, key, body = new Uint8Array(), unsigned = false } = sent
    const query = sent.query ?? []
    const search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString()
    const path = `/${BUCKET}/${key ?? ''}${search === '' ? '' : `?${search}`}`
    const headers = unsigned ? sent.headers : signedHeaders(sent)
    return new Promise((resolve) => {
      const asked = request({ port: this.#port, host: '127.0.0.1', agent: this.#agent, method, path, headers })
      asked.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('close', () => {
          if (!response.complete) return resolve(undefined)
          resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, text })
        })
        response.on('error', () => {})
      })
      asked.on('error', () => resolve(undefined))
      asked.end(body)
    })
  }
}

function signedHeaders({ method, key, query = [], headers = {} }: Sent): Record<string, string> {
  const address = { method, bucket: BUCKET, ...(key !== undefined && { key }), query }
  return signRequest(address, headers, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
}
