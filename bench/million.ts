import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Store } from 'postern/store'
import { openCatalog } from '../src/store/disk/catalog.ts'
import { inline, objectRecord } from '../src/store/disk/record.fixture.ts'
import { alternate, report } from './alternate.ts'
import { startServer } from './child-server.ts'
import { requestsPerSecond } from './connection.ts'
import { signedHead } from './requests.ts'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

const MILLION = 1_000_000
const THOUSAND = 1000

/** A page of a million objects beside a page of a thousand, and how long a store of a million takes to open. */
export async function benchMillion(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  const [many, few] = [join(folder, 'million'), join(folder, 'thousand')]
  await fill(many, MILLION)
  await fill(few, THOUSAND)
  await benchPages(many, few)
  await benchOpening(many, few)
  await rm(folder, { recursive: true })
}

async function benchPages(many: string, few: string): Promise<void> {
  const [large, small] = [await startServer('opened-store', many), await startServer('opened-store', few)]
  const pages: [title: string, ofMany: string][] = [
    ['A page of 1,000 keys', `max-keys=1000&marker=${key(MILLION / 2)}`],
    ['A page of 1,000 folders of 100 objects each', 'max-keys=1000&delimiter=%2F'],
  ]
  for (const [title, query] of pages) {
    const load = (port: number, asked: string): Promise<number> => {
      const request = signedHead('GET', undefined, asked)
      return requestsPerSecond(port, 1, 2, () => request, [200])
    }
    const measured = await alternate(5, [
      { name: 'of 1,000,000 objects', round: () => load(large.port, query) },
      { name: '1,000 keys of 1,000 objects', round: () => load(small.port, 'max-keys=1000') },
    ])
    report(title, 'pages/s', measured, 'at least 0.67 of the second')
  }
  await large.stop()
  await small.stop()
}

async function benchOpening(many: string, few: string): Promise<void> {
  const measured = await alternate(5, [
    { name: 'a store of 1,000,000 objects', round: () => secondsToOpen(many) },
    { name: 'a store of 1,000 objects', round: () => secondsToOpen(few) },
  ])
  report('Opening a store', 'seconds', measured, 'under 1 for a million')
}

async function secondsToOpen(data: string): Promise<number> {
  const start = performance.now()
  const store: Store = await openStore({ data, credentials: [CREDENTIAL], region: REGION })
  const seconds = (performance.now() - start) / 1000
  await store.close()
  return seconds
}

/** A hundred objects in each of the folders. */
function key(at: number): string {
  return `folder-${String(Math.floor(at / 100)).padStart(6, '0')}/object-${String(at).padStart(8, '0')}`
}

async function fill(data: string, objects: number): Promise<void> {
  const catalog = await openCatalog(data)
  await catalog.createBucket({ name: BUCKET, created: 0, owner: CREDENTIAL.accessKeyId, acl: 'private' })
  for (let at = 0; at < objects; at += 10_000) {
    const next = Array.from({ length: Math.min(10_000, objects - at) }, (_, index) => at + index)
    await Promise.all(next.map((one) => catalog.putObject(BUCKET, key(one), RECORD)))
  }
  await catalog.close()
}

const RECORD = objectRecord(inline('hello world'))
