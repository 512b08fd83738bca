import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCatalog } from '../../src/store/disk/catalog.ts'
import { inline, objectRecord, BUCKET as RECORD_OF_BUCKET } from '../../src/store/disk/record.fixture.ts'
import { openStore } from '../../src/store/open-store.ts'
import { BUCKET, CREDENTIAL, filledKey, REGION } from './measured-store.ts'

/** A store in a process of its own. It tells its port, and when asked how far its memory has grown. */

process.once('disconnect', () => process.exit())

const data = await mkdtemp(join(tmpdir(), 'postern-memory-'))
await fill(Number(process.argv[2]))
const store = await openStore({
  data,
  buckets: [{ name: BUCKET, acl: 'public-read-write' }],
  credentials: [CREDENTIAL],
  region: REGION,
})
const { port } = await store.listen()
process.once('SIGTERM', () => void stop())

const atFirst = process.memoryUsage.rss()
let most = atFirst
setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 5).unref()
process.on('message', () => process.send?.(most - atFirst))
process.send?.(port)

async function fill(objects: number): Promise<void> {
  const catalog = await openCatalog(data)
  await catalog.createBucket({ ...RECORD_OF_BUCKET, name: BUCKET })
  const record = objectRecord(inline('hello'))
  await Promise.all(Array.from({ length: objects }, (_, at) => catalog.putObject(BUCKET, filledKey(at), record)))
  await catalog.close()
}

async function stop(): Promise<void> {
  await store.close()
  await rm(data, { recursive: true })
  process.exit()
}
