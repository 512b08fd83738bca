import { alternate, report } from './alternate.ts'
import { startServer } from './child-server.ts'
import { awake, requestsPerSecond } from './connection.ts'
import { headerFor } from './issuers.ts'
import { oneAnswer } from './signature-route.ts'

/** Forms a second by `POST /uploads`, beside a bare node:http server that answers the same bytes. */
export async function benchUploadRoute(): Promise<void> {
  const body = JSON.stringify({ filename: 'photo.png', type: 'image/png', size: 1_234_567 })
  const request = Buffer.from(
    `POST /uploads HTTP/1.1\r\nHost: 127.0.0.1\r\n${await headerFor('function')}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  const issuer = await startServer('issuer', 'function')
  const bare = await startServer('same-bytes', await oneAnswer(issuer.port, request))
  const load = (port: number) => () => awake(() => requestsPerSecond(port, 32, 3, () => request, [200]))
  const measured = await alternate(5, [
    { name: 'postern issuer, function', round: load(issuer.port) },
    { name: 'floor: bare node:http, the same bytes', round: load(bare.port) },
  ])
  report('POST /uploads', 'requests/s', measured, 'none')
  for (const server of [issuer, bare]) await server.stop()
}
