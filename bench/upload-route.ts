import { alternate, report } from './alternate.ts'
import { requestsPerCpuSecond } from './capacity.ts'
import { startServer } from './child-server.ts'
import { headerFor } from './issuers.ts'
import { oneAnswer } from './signature-route.ts'

/** Forms by `POST /uploads`, beside a bare node:http server that answers the same bytes. */
export async function benchUploadRoute(): Promise<void> {
  const body = JSON.stringify({ filename: 'photo.png', type: 'image/png', size: 1_234_567 })
  const request = Buffer.from(
    `POST /uploads HTTP/1.1\r\nHost: 127.0.0.1\r\n${await headerFor('function')}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  const issuer = await startServer('issuer', 'function')
  const bare = await startServer('same-bytes', await oneAnswer(issuer.port, request))
  const measured = await alternate(7, [
    { name: 'postern issuer, function', round: () => requestsPerCpuSecond(issuer, request) },
    { name: 'floor: bare node:http, the same bytes', round: () => requestsPerCpuSecond(bare, request) },
  ])
  report('POST /uploads', "requests in a second of the server's CPU", measured, 'none')
  for (const server of [issuer, bare]) await server.stop()
}
