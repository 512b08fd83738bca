import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a server was sent. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The body, as a form. */
  readonly form: URLSearchParams
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A real HTTP server on this machine that answers as it is told, until the test ends. `undefined` leaves the caller waiting. */
export async function localServer(
  answer: (received: Received) => Reply | undefined,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, form: new URLSearchParams(Buffer.concat(chunks).toString()) }
    received.push(one)
    const reply = answer(one)
    if (reply === undefined) return
    response.writeHead(reply.status ?? 200, reply.headers)
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens
  return { url: `http://127.0.0.1:${port}`, received }
}

/** A temporary credential as STS and the metadata write it. */
export const WIRE_CREDENTIAL = {
  AccessKeyId: 'STS.id',
  AccessKeySecret: 'sts-secret',
  SecurityToken: 'sts-token',
  Expiration: '2036-11-24T13:00:00Z',
}

/** The same as it is read. */
export const READ_CREDENTIAL = {
  accessKeyId: 'STS.id',
  accessKeySecret: 'sts-secret',
  securityToken: 'sts-token',
  expires: new Date('2036-11-24T13:00:00Z'),
}
