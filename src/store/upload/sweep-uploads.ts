import { setImmediate } from 'node:timers/promises'
import type { Catalog } from '../disk/catalog.ts'
import type { UploadRecord } from '../disk/records.ts'
import { pageUploads } from './page-uploads.ts'

/**
 * Aborts the uploads that nobody has worked on since a moment: initiated before it, and no part came since. Resolves to how
 * many those were.
 */
export async function sweepUploads(catalog: Catalog, olderThan: Date): Promise<number> {
  const before = olderThan.getTime()
  let swept = 0
  for (const { name } of catalog.buckets())
    for await (const upload of allUploads(catalog, name))
      if (isStale(catalog, upload, before) && (await catalog.abortUpload(upload))) swept += 1
  return swept
}

/** Page by page, so that requests get their turn between. */
async function* allUploads(catalog: Catalog, bucket: string): AsyncGenerator<UploadRecord> {
  let after = { key: '', id: '' }
  for (let isTruncated = true; isTruncated; await setImmediate()) {
    const page = pageUploads(catalog, bucket, { prefix: '', after, max: PAGE })
    yield* page.uploads
    after = page.next
    isTruncated = page.isTruncated
  }
}

const PAGE = 100

function isStale(catalog: Catalog, { id, initiated }: UploadRecord, before: number): boolean {
  if (initiated >= before) return false
  for (const { modified } of catalog.parts(id)) if (modified >= before) return false
  return true
}

export interface RegularSweep {
  readonly catalog: Catalog
  readonly now: () => Date
  /** In milliseconds; how long an upload may lie untouched. Infinity: for ever. */
  readonly maxAge: number
  readonly onFault: (error: unknown) => void
}

/** Sweeps now and every hour. Gives what ends that, after the sweep that is under way. */
export function sweepRegularly({ catalog, now, maxAge, onFault }: RegularSweep): () => Promise<void> {
  let sweeping = Promise.resolve()
  const sweep = async (): Promise<void> => {
    try {
      await sweepUploads(catalog, new Date(Math.max(0, now().getTime() - maxAge)))
    } catch (error) {
      onFault(error)
    }
  }
  const again = (): void => {
    sweeping = sweeping.then(sweep)
  }
  again()
  const timer = setInterval(again, HOUR).unref() // a store that nobody closes does not keep the process
  return async () => {
    clearInterval(timer)
    await sweeping
  }
}

const HOUR = 60 * 60 * 1000
