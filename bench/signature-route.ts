import { alternate, report } from './alternate.ts'
import { type ChildServer, startServer } from './child-server.ts'
import { awake, Connection, requestsPerSecond } from './connection.ts'
import { AUTHORIZERS, headerFor } from './issuers.ts'

const CONNECTIONS = 32
const SECONDS = 3
const ROUNDS = 5

/**
 * Signature requests a second with each authorizer, beside a bare node:http server that answers the same bytes, and beside the
 * guide's own Node.js sample.
 */
export async function benchSignatureRoute(): Promise<void> {
  const servers: ChildServer[] = []
  const started = async (kind: string, setting = ''): Promise<ChildServer> => {
    const server = await startServer(kind, setting)
    servers.push(server)
    return server
  }
  const sides: { name: string; port: number; request: Uint8Array }[] = []
  for (const name of AUTHORIZERS)
    sides.push({
      name: `postern issuer, ${name}`,
      port: (await started('issuer', name)).port,
      request: request(await headerFor(name)),
    })
  const [first] = sides
  if (first === undefined) return
  const limited = await started('issuer', 'function limited')
  const answer = await oneAnswer(first.port, first.request)
  const bare = await started('same-bytes', answer)
  const signing = await started('signed-bytes', answer)
  const vendor = await started('vendor-way')
  sides.push(
    { ...first, name: 'postern issuer, function, limits counted', port: limited.port },
    { ...first, name: 'floor: bare node:http, the same bytes', port: bare.port },
    { ...first, name: 'bare node:http that signs as much', port: signing.port },
    { ...first, name: "rival: the guide's Express + ali-oss", port: vendor.port },
  )
  const measured = await alternate(
    ROUNDS,
    sides.map(({ name, port, request }) => ({
      name,
      round: () => awake(() => requestsPerSecond(port, CONNECTIONS, SECONDS, () => request, [200])),
    })),
  )
  report('GET /get_post_signature_for_oss_upload', 'requests/s', measured, '0.8 of its floor, 15 times its rival')
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
