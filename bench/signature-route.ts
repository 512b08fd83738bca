import { alternate, report } from './alternate.ts'
import { requestsPerCpuSecond } from './capacity.ts'
import { type ChildServer, startServer } from './child-server.ts'
import { Connection } from './connection.ts'
import { AUTHORIZERS, headerFor } from './issuers.ts'
import { LOCATION_XML } from './vendor-way.ts'

const ROUNDS = 7

/**
 * Signature requests with each authorizer, beside a bare node:http server that answers the same bytes, one that signs as much, and
 * the guide's own Node.js sample. What is asked over HTTP, an application or the bucket's location, answers in a process of its own.
 */
export async function benchSignatureRoute(): Promise<void> {
  const servers: ChildServer[] = []
  const started = async (kind: string, setting = ''): Promise<ChildServer> => {
    const server = await startServer(kind, setting)
    servers.push(server)
    return server
  }
  const application = await started('same-bytes', '{"id":"eva"}')
  const sides: { name: string; server: ChildServer; request: Uint8Array }[] = []
  for (const name of AUTHORIZERS) {
    const server = await started('issuer', `${name} ${application.port}`)
    sides.push({ name: `postern issuer, ${name}`, server, request: request(await headerFor(name)) })
  }
  const [first] = sides
  if (first === undefined) return
  const answer = await oneAnswer(first.server.port, first.request)
  const location = await started('same-bytes', LOCATION_XML)
  const others: readonly (readonly [name: string, kind: string, setting: string])[] = [
    ['postern issuer, function, limits counted', 'issuer', 'limited'],
    ['floor: bare node:http, the same bytes', 'same-bytes', answer],
    ['bare node:http that signs as much', 'signed-bytes', answer],
    ["rival: the guide's Express + ali-oss", 'vendor-way', `${location.port}`],
  ]
  for (const [name, kind, setting] of others) sides.push({ ...first, name, server: await started(kind, setting) })
  const measured = await alternate(
    ROUNDS,
    sides.map(({ name, server, request }) => ({ name, round: () => requestsPerCpuSecond(server, request) })),
  )
  report(
    'GET /get_post_signature_for_oss_upload',
    "requests in a second of the server's CPU",
    measured,
    '0.8 of its floor, 15 times its rival',
  )
  for (const server of servers) await server.stop()
}

function request(header: string): Uint8Array {
  return Buffer.from(`GET /get_post_signature_for_oss_upload HTTP/1.1\r\nHost: 127.0.0.1\r\n${header}\r\n`)
}

/** The body of the answer to this request. */
export async function oneAnswer(port: number, request: Uint8Array): Promise<string> {
  const connection = await Connection.open(port)
  const { status, body } = await connection.send(request)
  connection.close()
  const text = new TextDecoder().decode(body)
  if (status !== 200) throw new Error(`Answer ${status}: ${text}`)
  return text
}
