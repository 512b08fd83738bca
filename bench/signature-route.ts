import { alternate, report } from './alternate.ts'
import { startServer } from './child-server.ts'
import { Connection, requestsPerSecond } from './connection.ts'

const REQUEST = Buffer.from('GET /get_post_signature_for_oss_upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
const CONNECTIONS = 32
const SECONDS = 3
const ROUNDS = 5

/** Signature requests a second, beside a bare node:http server that answers the same bytes. */
export async function benchSignatureRoute(): Promise<void> {
  const issuer = await startServer('issuer')
  const bare = await startServer('same-bytes', await oneAnswer(issuer.port))
  const load = (port: number): Promise<number> => requestsPerSecond(port, CONNECTIONS, SECONDS, () => REQUEST, [200])
  const measured = await alternate(ROUNDS, [
    { name: 'postern issuer, a V4 signature each', round: () => load(issuer.port) },
    { name: 'floor: bare node:http, the same bytes', round: () => load(bare.port) },
  ])
  report('GET /get_post_signature_for_oss_upload', 'requests/s', measured, 'at least 0.8 of its floor')
  await issuer.stop()
  await bare.stop()
}

async function oneAnswer(port: number): Promise<string> {
  const connection = await Connection.open(port)
  const { body } = await connection.send(REQUEST)
  connection.close()
  return new TextDecoder().decode(body)
}
