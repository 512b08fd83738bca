import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { collect } from '../../../test/store-client.ts'

/** A callback as an application receives it. */
export interface Received {
  readonly method: string
  /** As it stood on the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Names and values one after the other, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly text: string
}

/** An application that is called back, on a real socket. */
export interface Application {
  /** `http://127.0.0.1:8123`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly received: readonly Received[]
}

type Answer = (response: ServerResponse, received: Received) => void

export const confirm: Answer = (response) => answerJson(response, '{"Status":"OK"}')

export function answerJson(response: ServerResponse, text: string | Buffer): void {
  const length = Buffer.byteLength(text)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length }).end(text)
}

/** An application that confirms every callback, or answers as it is told. */
export async function application(answer: Answer = confirm): Promise<Application> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void receive(request).then((one) => {
      received.push(one)
      answer(response, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, received }
}

async function receive(request: IncomingMessage): Promise<Received> {
  const body = await collect(request)
  const { method = '', url: target = '', headers, rawHeaders } = request
  return { method, target, headers, rawHeaders, body, text: body.toString() }
}

/** A callback's JSON in Base64, as every carrier takes it. */
export function encoded(callback: object): string {
  return Buffer.from(JSON.stringify(callback)).toString('base64')
}

/** `${name}` in two pieces, so that it does not look like a template that lacks its backticks. */
export function variable(name: string): string {
  return `\${${name}}`
}
