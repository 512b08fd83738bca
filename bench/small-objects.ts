import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alternate, report } from './alternate.ts'
import { requestsPerSecond } from './connection.ts'
import { freshFolder, writeDurably } from './floors.ts'
import { wholePost } from './post-body.ts'
import { wholePut } from './requests.ts'
import { withServers } from './with-servers.ts'

const BYTES = 10 * 1024
const CONNECTIONS = [1, 32, 256]
const SECONDS = 3
const ROUNDS = 5

/** Objects a second of 10 KiB, durable, beside one fsync for each object. */
export async function benchSmallObjects(): Promise<void> {
  const file = randomBytes(BYTES)
  const posts = prepared(() => wholePost(file))
  const puts = prepared(() => wholePut(file))
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  await withServers(['store', 'fsync-each'], async (store, fsync) => {
    for (const connections of CONNECTIONS) {
      const load = (port: number, next: () => Uint8Array): Promise<number> =>
        requestsPerSecond(port, connections, SECONDS, next, [200, 204])
      const measured = await alternate(ROUNDS, [
        { name: 'postern store, PUT', round: () => load(store.port, puts) },
        { name: 'postern store, POST of a form', round: () => load(store.port, posts) },
        { name: 'floor: bare node:http, fsync for each', round: () => load(fsync.port, puts) },
        { name: 'floor: fsync for each, no HTTP at all', round: () => keep(join(folder, 'disk'), file, connections) },
      ])
      report(
        `Objects of 10 KiB, durable, ${connections} connections`,
        'objects/s',
        measured,
        'at least 0.85 of its floor',
      )
    }
  })
  await rm(folder, { recursive: true })
}

/** Enough requests that none is repeated soon; made before anything is measured. */
function prepared(make: () => Uint8Array): () => Uint8Array {
  const requests = Array.from({ length: 10_000 }, make)
  let next = 0
  return () => requests[next++ % requests.length] ?? new Uint8Array()
}

async function keep(folder: string, file: Uint8Array, atOnce: number): Promise<number> {
  await freshFolder(folder)
  const start = performance.now()
  const end = start + SECONDS * 1000
  let kept = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < end) await writeDurably(folder, String(kept++), file)
    }),
  )
  return kept / ((performance.now() - start) / 1000)
}
