import type { Catalog } from '../disk/catalog.ts'
import type { UploadRecord } from '../disk/records.ts'

/**
 * Aborts the uploads that nobody has worked on since a moment: initiated before it, and no part came since. Resolves to how
 * many those were.
 */
export async function sweepUploads(catalog: Catalog, olderThan: Date): Promise<number> {
  let swept = 0
  for (const { name } of [...catalog.buckets()])
    for (const upload of stale(catalog, name, olderThan.getTime())) if (await catalog.abortUpload(upload)) swept += 1
  return swept
}

/** Read before any is aborted: a listing is to be read in one go. */
function stale(catalog: Catalog, bucket: string, before: number): UploadRecord[] {
  const isOld = ({ id, initiated }: UploadRecord) => initiated < before && !hasPartSince(catalog, id, before)
  return [...catalog.uploads(bucket)].filter(isOld)
}

function hasPartSince(catalog: Catalog, id: string, since: number): boolean {
  for (const { modified } of catalog.parts(id)) if (modified >= since) return true
  return false
}
