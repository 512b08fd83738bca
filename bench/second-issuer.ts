import { alternate, report } from './alternate.ts'
import { startServer } from './child-server.ts'
import { requestsPerSecond } from './connection.ts'
import { headerFor } from './issuers.ts'

const CONNECTIONS = 32

/**
 * What a second process of the issuer could gain at most on this machine: two issuers, each with half of the clients, beside one
 * with all of them.
 */
export async function benchSecondIssuer(): Promise<void> {
  const request = Buffer.from(
    `GET /get_post_signature_for_oss_upload HTTP/1.1\r\nHost: 127.0.0.1\r\n${await headerFor('function')}\r\n`,
  )
  const one = await startServer('issuer', 'function')
  const other = await startServer('issuer', 'function')
  const load = (port: number, connections: number): Promise<number> =>
    requestsPerSecond(port, connections, 3, () => request, [200])
  const both = async (): Promise<number> => {
    const rates = await Promise.all([one, other].map(({ port }) => load(port, CONNECTIONS / 2)))
    return rates.reduce((sum, rate) => sum + rate, 0)
  }
  const measured = await alternate(7, [
    { name: 'two issuers, 16 connections each', round: both },
    { name: 'one issuer, 32 connections', round: () => load(one.port, CONNECTIONS) },
  ])
  report('Signature requests with a second process', 'requests/s', measured, 'over 1.3, else --workers does not pay')
  for (const server of [one, other]) await server.stop()
}
