import { open } from 'node:fs/promises'
import type { Piece } from './records.ts'

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/** A range of one file. */
export interface Slice extends ByteRange {
  readonly name: string
}

const CHUNK_BYTES = 256 * 1024

/** What of each piece lies in the range; all of them where there is none. */
export function slicesOf(pieces: readonly Piece[], range: ByteRange | undefined): Slice[] {
  const { start, end } = range ?? { start: 0, end: Number.POSITIVE_INFINITY }
  const slices: Slice[] = []
  let at = 0
  for (const { name, size } of pieces) {
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, size - 1)]
    if (from <= to) slices.push({ name, start: from, end: to })
    at += size
  }
  return slices
}

/** Streams slices of files one after the other; opens each when its first chunk is asked for. */
export async function* readSlices(
  slices: readonly Slice[],
  pathOf: (name: string) => string,
): AsyncGenerator<Uint8Array, undefined> {
  for (const slice of slices) yield* readBlob(pathOf(slice.name), slice)
}

async function* readBlob(path: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array, undefined> {
  const handle = await open(path, 'r')
  try {
    for (let at = start; at <= end; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end + 1 - at))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
      if (bytesRead === 0) throw new Error(`${path} ends at byte ${at}, but its record says ${end + 1}.`)
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await handle.close()
  }
}
