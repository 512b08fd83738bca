import type { Databases } from './catalog-databases.ts'
import { contentOf, decodeObject, encodeObject, encodePieces } from './catalog-records.ts'
import type { Content, ObjectRecord } from './records.ts'

/** Records of objects with the books of their bytes, inside a transaction: who names a blob, and which blob nobody names any more. */
export interface ObjectBooks {
  read(at: Buffer): ObjectRecord | undefined
  /**
   * Replaces `before`, which must be what {@link ObjectBooks.read} just gave. Gives the blobs that nobody names any more.
   *
   * @param handed blobs that other records hand over: those that `after` names are taken out of it, the others stay to be released
   */
  write(at: Buffer, before: ObjectRecord | undefined, after: ObjectRecord | undefined, handed?: Set<string>): string[]
  /** One more record names this blob. */
  hold(name: string): void
  /** One record less names it; `true` where that was the last. */
  release(name: string): boolean
  setHeld(name: string, count: number): void
}

export function objectBooks({ objects, inline, pieces, blobs }: Databases): ObjectBooks {
  function held(name: string): number {
    const count = blobs.get(blobKey(name))
    return count === undefined ? 0 : countOf(count)
  }

  function setHeld(name: string, count: number): void {
    if (count === 0) return void blobs.removeSync(blobKey(name))
    const bytes = Buffer.alloc(count > 0xff ? COUNT_BYTES : 1)
    bytes.writeUIntLE(count, 0, bytes.length)
    blobs.putSync(blobKey(name), bytes)
  }

  const hold = (name: string): void => setHeld(name, held(name) + 1)
  const release = (name: string): boolean => {
    const count = held(name)
    setHeld(name, Math.max(0, count - 1))
    return count <= 1
  }

  function keepBytes(at: Buffer, content: Content): void {
    if (content.kind === 'pieces') pieces.putSync(at, encodePieces(content))
    else if (content.kind === 'inline' && content.bytes.length > 0) inline.putSync(at, content.bytes)
  }

  function dropBytes(at: Buffer, content: Content): void {
    if (content.kind === 'pieces') pieces.removeSync(at)
    else if (content.kind === 'inline') inline.removeSync(at)
  }

  return {
    hold,
    release,
    setHeld,
    read(at) {
      const bytes = objects.get(at)
      if (bytes === undefined) return undefined
      const { stored, ...listed } = decodeObject(bytes)
      return { ...listed, content: contentOf(stored, (from) => (from === 'inline' ? inline : pieces).get(at)) }
    },
    write(at, before, after, handed = new Set()) {
      if (before !== undefined && before.content !== after?.content) dropBytes(at, before.content)
      if (after === undefined) objects.removeSync(at)
      else objects.putSync(at, encodeObject(after))
      if (before?.content === after?.content) return []
      if (after !== undefined) keepBytes(at, after.content)
      for (const name of after === undefined ? [] : blobsOf(after.content)) // first: both may name it
        if (!handed.delete(name)) hold(name)
      return before === undefined ? [] : blobsOf(before.content).filter(release)
    },
  }
}

/** The blobs that hold an object's bytes. */
export function blobsOf(content: Content): readonly string[] {
  if (content.kind === 'blob') return [content.name]
  return content.kind === 'pieces' ? content.pieces.map(({ name }) => name) : []
}

const COUNT_BYTES = 6

/** One byte, or six: a catalog of version 1 has a single 1 for every blob. */
export function countOf(value: Uint8Array): number {
  return Buffer.from(value).readUIntLE(0, value.length)
}

export function blobKey(name: string): Buffer {
  return Buffer.from(name)
}
