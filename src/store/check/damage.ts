import type { Blobs } from '../disk/blobs.ts'
import { crc64Of } from '../disk/digest.ts'
import type { Content } from '../disk/records.ts'

/** What the catalog says of an object, or of a part of an upload. */
export interface Kept {
  readonly bucket: string
  readonly key: string
  readonly part?: number
  readonly size: number
  readonly crc64: string
  readonly content: Content
}

/** What is wrong with the bytes, as a sentence; nothing where they are what their record says. */
export async function damageOf({ size, crc64, content }: Kept, blobs: Blobs): Promise<string | undefined> {
  const listed = sizeOf(content)
  if (listed !== size) return `The record says ${size} bytes, and its pieces have ${listed}.`
  try {
    const tooLong = await excessOf(content, blobs)
    if (tooLong !== undefined) return tooLong
    const actual = await crc64Of(blobs.open(content))
    return actual === crc64 ? undefined : `The bytes have the CRC-64 ${actual}, and the record says ${crc64}.`
  } catch (error) {
    return `The bytes cannot be read: ${error instanceof Error ? error.message : String(error)}.`
  }
}

/** A file that is longer than its record; one that grows may be. */
async function excessOf(content: Content, blobs: Blobs): Promise<string | undefined> {
  if (content.kind === 'inline' || (content.kind === 'blob' && content.grows)) return undefined
  for (const { name, size } of content.kind === 'blob' ? [content] : content.pieces) {
    const bytes = await blobs.sizeOnDisk(name)
    if (bytes > size) return `The file ${name} has ${bytes} bytes, and the record says ${size}.`
  }
  return undefined
}

function sizeOf(content: Content): number {
  if (content.kind === 'inline') return content.bytes.length
  return content.kind === 'blob' ? content.size : content.pieces.reduce((sum, { size }) => sum + size, 0)
}
