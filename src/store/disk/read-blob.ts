import { open } from 'node:fs/promises'

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

const CHUNK_BYTES = 256 * 1024

/** Streams a range of a file; opens it when the first chunk is asked for. */
export async function* readBlob(path: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array, undefined> {
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
