/** Who is reading which blob, so that a blob is removed only when nobody does. */
export interface BlobHolds {
  /** Holds a blob while `chunks` are read; must be called before the blob may be removed. */
  during<T>(name: string, chunks: AsyncGenerator<T, undefined>): AsyncIterable<T>
  /** Runs `remove` now, or when the last reader is done. */
  whenFree(name: string, remove: () => Promise<void>): Promise<void>
}

export function blobHolds(): BlobHolds {
  const readers = new Map<string, number>()
  const removals = new Map<string, () => Promise<void>>()

  async function release(name: string): Promise<void> {
    const left = (readers.get(name) ?? 0) - 1
    if (left > 0) {
      readers.set(name, left)
      return
    }
    readers.delete(name)
    const remove = removals.get(name)
    removals.delete(name)
    await remove?.()
  }

  return {
    during(name, chunks) {
      readers.set(name, (readers.get(name) ?? 0) + 1)
      return whenDone(chunks, () => release(name))
    },
    async whenFree(name, remove) {
      if (readers.has(name)) removals.set(name, remove)
      else await remove()
    },
  }
}

/** Like `chunks`, and runs `done` once when they end, fail or are left. A generator would not notice being left unread. */
function whenDone<T>(chunks: AsyncGenerator<T, undefined>, done: () => Promise<void>): AsyncIterable<T> {
  let finished: Promise<void> | undefined
  const finish = async (): Promise<void> => {
    finished ??= done()
    await finished
  }
  const iterator: AsyncIterator<T, undefined> = {
    async next() {
      try {
        const step = await chunks.next()
        if (step.done) await finish()
        return step
      } catch (error) {
        await finish()
        throw error
      }
    },
    async return() {
      await chunks.return(undefined)
      await finish()
      return { done: true, value: undefined }
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
