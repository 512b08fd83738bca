/** Who reads which blob: one that is being read is removed when its last reader is done. */
export interface BlobHolds {
  /** Keeps blobs until the function that comes back is called; calling it again does nothing. */
  hold(names: readonly string[]): () => void
  /** Removes a blob, now or when nobody holds it any more. */
  remove(name: string): Promise<void>
}

/** @param removeFile removes a blob's file; a file that cannot be removed is left to the next start's sweep */
export function blobHolds(removeFile: (name: string) => Promise<void>): BlobHolds {
  const readers = new Map<string, number>()
  const doomed = new Set<string>()

  function letGo(name: string): void {
    const count = (readers.get(name) ?? 1) - 1
    if (count > 0) return void readers.set(name, count)
    readers.delete(name)
    if (doomed.delete(name)) removeFile(name).catch(() => undefined)
  }

  return {
    hold(names) {
      for (const name of names) readers.set(name, (readers.get(name) ?? 0) + 1)
      let held = names
      return () => {
        for (const name of held) letGo(name)
        held = []
      }
    },
    async remove(name) {
      if (readers.has(name)) doomed.add(name)
      else await removeFile(name)
    },
  }
}

/** The same chunks; `done` is called when they end, break, or are returned, even if none was asked for. */
export function endingWith(chunks: AsyncGenerator<Uint8Array, undefined>, done: () => void): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        const step = await chunks.next()
        if (step.done) done()
        return step
      } catch (error) {
        done()
        throw error
      }
    },
    async return() {
      try {
        return await chunks.return(undefined)
      } finally {
        done()
      }
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
