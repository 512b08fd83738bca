import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { blobsOf, countOf } from '../../src/store/disk/catalog-content.ts'
import { type Databases, openDatabases } from '../../src/store/disk/catalog-databases.ts'
import { contentOf, decodeObject, decodePart } from '../../src/store/disk/catalog-records.ts'

/**
 * Holds a closed store's books against its files: every blob that objects and parts name is there and is counted rightly,
 * and no other is; nothing is staged; bytes and lists that stand apart from their records have a record.
 */
export async function checkBooks(data: string): Promise<void> {
  const databases = await openDatabases(join(data, 'catalog'))
  try {
    const { counts, inline, pieces } = readRecords(databases)
    expect(booksOf(databases), 'how many records name each blob, as the books say').toEqual(counts)
    expect(await files(join(data, 'blobs')), 'files of blobs').toEqual([...counts.keys()].sort())
    expect(await files(join(data, 'staging')), 'staged files').toEqual([])
    expect(keysOf(databases.inline), 'bytes in the catalog').toEqual(inline)
    expect(keysOf(databases.pieces), 'lists of pieces').toEqual(pieces)
    expect(
      uploadsWithParts(databases).filter((id) => !uploads(databases).includes(id)),
      'parts without upload',
    ).toEqual([])
  } finally {
    await databases.close()
  }
}

function readRecords({ objects, inline, pieces, parts }: Databases) {
  const counts = new Map<string, number>()
  const count = (name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1)
  const apart: Record<'inline' | 'pieces', string[]> = { inline: [], pieces: [] }
  for (const { key, value } of objects.getRange({})) {
    const { stored } = decodeObject(value)
    const content = contentOf(stored, (from) => {
      apart[from].push(key.toString('hex'))
      return (from === 'inline' ? inline : pieces).get(key)
    })
    for (const name of blobsOf(content)) count(name)
  }
  for (const { value } of parts.getRange({})) count(decodePart(value).name)
  return { counts, ...apart }
}

function booksOf({ blobs }: Databases): Map<string, number> {
  return new Map([...blobs.getRange({})].map(({ key, value }) => [key.toString(), countOf(value)]))
}

function keysOf(database: Databases['inline']): string[] {
  return [...database.getKeys({})].map((key) => key.toString('hex'))
}

const ID_BYTES = 16

function uploadsWithParts({ parts }: Databases): string[] {
  return [...new Set([...parts.getKeys({})].map((key) => key.toString('hex', 0, ID_BYTES).toUpperCase()))]
}

function uploads({ uploads: records }: Databases): string[] {
  return [...records.getKeys({})].map((key) => key.toString('latin1').slice(-2 * ID_BYTES))
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort()
}
