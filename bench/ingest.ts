import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alternate, report } from './alternate.ts'
import { type ChildServer, startServer } from './child-server.ts'
import { Connection, requestsPerSecond } from './connection.ts'
import { freshFolder, writeDurably } from './floors.ts'
import { postBody, wholePost } from './post-body.ts'

const MIB = 1024 * 1024
const LARGE_MIB = 1024
const SMALL_BYTES = 10 * 1024
const AT_ONCE = 32

/** One large file, MB/s and memory, beside a bare node:http server that writes the body to a file with its MD5. */
export async function benchLargeFile(): Promise<void> {
  await withServers(['store', 'body-to-file'], async (store, bare) => {
    const before = store.memory().now
    const measured = await alternate(5, [
      { name: 'postern store, one POST of 1 GiB', round: () => sendLarge(store.port) },
      { name: 'floor: bare node:http, file + MD5 + fsync', round: () => sendLarge(bare.port) },
    ])
    report('POST of one large file', 'MB/s', measured, 'at least 0.8 of its floor')
    const growth = (store.memory().peak - before) / MIB
    console.log(`  memory growth of the store over all of it: ${growth.toFixed(1)} MiB (aim: under 64)`)
  })
}

/** Objects a second of 10 KiB, 32 at once, durable, beside one fsync for each object. */
export async function benchSmallFiles(): Promise<void> {
  const file = randomBytes(SMALL_BYTES)
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  await withServers(['store', 'fsync-each'], async (store, fsync) => {
    const measured = await alternate(5, [
      { name: 'postern store, 32 connections', round: () => sendSmall(store.port, file) },
      { name: 'floor: bare node:http, fsync for each', round: () => sendSmall(fsync.port, file) },
      { name: 'floor: fsync for each, no HTTP at all', round: () => keepSmall(join(folder, 'disk'), file) },
    ])
    report('POST of 10 KiB files, durable', 'objects/s', measured, 'at least twice its floor')
  })
  await rm(folder, { recursive: true })
}

async function withServers(
  [ours, floor]: readonly [string, string],
  measure: (ours: ChildServer, floor: ChildServer) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  const servers = await Promise.all([ours, floor].map((kind) => startServer(kind, join(folder, kind))))
  const [first, second] = servers
  if (first && second) await measure(first, second)
  for (const server of servers) await server.stop()
  await rm(folder, { recursive: true })
}

async function sendLarge(port: number): Promise<number> {
  const connection = await Connection.open(port)
  const piece = randomBytes(MIB)
  const { head, foot } = postBody(LARGE_MIB * MIB)
  const start = performance.now()
  await connection.write(head)
  for (let sent = 0; sent < LARGE_MIB; sent++) await connection.write(piece)
  const answer = connection.answer()
  await connection.write(foot)
  const { status, body } = await answer
  const seconds = (performance.now() - start) / 1000
  connection.close()
  if (status !== 204) throw new Error(`Answer ${status}: ${new TextDecoder().decode(body)}`)
  return (LARGE_MIB * MIB) / 1e6 / seconds
}

async function sendSmall(port: number, file: Uint8Array): Promise<number> {
  const prepared = Array.from({ length: 20_000 }, () => wholePost(file))
  let next = 0
  const rate = await requestsPerSecond(port, AT_ONCE, 3, () => prepared[next++ % prepared.length] ?? file, [204])
  return rate
}

async function keepSmall(folder: string, file: Uint8Array): Promise<number> {
  await freshFolder(folder)
  const end = performance.now() + 3000
  const start = performance.now()
  let kept = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < end) await writeDurably(folder, String(kept++), file)
    }),
  )
  return kept / ((performance.now() - start) / 1000)
}
