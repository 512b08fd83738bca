import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { alternate, report } from './alternate.ts'
import { Connection, requestsPerSecond } from './connection.ts'
import { signedHead } from './requests.ts'
import { withServers } from './with-servers.ts'

const MIB = 1024 * 1024
const LARGE_BYTES = 1024 * MIB
const SMALL_BYTES = 10 * 1024

/** GETs of a small and of a large object, beside a bare node:http server that streams a file of the same bytes. */
export async function benchDownloads(): Promise<void> {
  await withServers(['store', 'file-streamer'], async (store, bare) => {
    for (const port of [store.port, bare.port]) {
      await put(port, 'small', SMALL_BYTES)
      await put(port, 'large', LARGE_BYTES)
    }
    const small = signedHead('GET', 'small', '')
    for (const connections of [1, 32]) {
      const load = (port: number): Promise<number> => requestsPerSecond(port, connections, 3, () => small, [200])
      const measured = await alternate(5, [
        { name: 'postern store, a signed GET', round: () => load(store.port) },
        { name: 'floor: bare node:http, streaming the file', round: () => load(bare.port) },
      ])
      report(`GET of 10 KiB, ${connections} connections`, 'requests/s', measured, 'at least 0.9 of its floor')
    }
    const before = store.memory().now
    const large = await alternate(5, [
      { name: 'postern store, a signed GET', round: () => download(store.port) },
      { name: 'floor: bare node:http, streaming the file', round: () => download(bare.port) },
    ])
    report('GET of 1 GiB', 'MB/s', large, 'at least 0.9 of its floor')
    console.log(`  memory growth of the store: ${((store.memory().peak - before) / MIB).toFixed(1)} MiB`)
  })
}

async function put(port: number, key: string, bytes: number): Promise<void> {
  const connection = await Connection.open(port)
  const answer = connection.answer()
  await connection.write(signedHead('PUT', key, '', bytes))
  const piece = randomBytes(Math.min(MIB, bytes))
  for (let sent = 0; sent < bytes; sent += piece.length) await connection.write(piece)
  const { status, body } = await answer
  connection.close()
  if (status >= 300) throw new Error(`Answer ${status}: ${new TextDecoder().decode(body)}`)
}

/** MB/s of one GET whose bytes are counted and thrown away. */
async function download(port: number): Promise<number> {
  const start = performance.now()
  const socket = connect({ host: '127.0.0.1', port })
  socket.write(signedHead('GET', 'large', ''))
  let received = 0
  for await (const chunk of socket) {
    received += chunk.length
    if (received >= LARGE_BYTES) break // and the headers, which are a few hundred bytes of it
  }
  socket.destroy()
  return received / 1e6 / ((performance.now() - start) / 1000)
}
