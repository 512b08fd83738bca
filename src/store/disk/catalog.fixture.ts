import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Catalog, openCatalog } from './catalog.ts'
import { BUCKET } from './record.fixture.ts'

/** A catalog for one test with the bucket `photos`, and the blobs it freed since. */
export async function withBucket(): Promise<{ catalog: Catalog; freed: string[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'postern-catalog-'))
  const freed: string[] = []
  const catalog = await openCatalog(dir, async (name) => void freed.push(name))
  onTestFinished(async () => {
    await catalog.close()
    await rm(dir, { recursive: true })
  })
  await catalog.createBucket(BUCKET)
  return { catalog, freed }
}
