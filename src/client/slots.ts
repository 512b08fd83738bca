import { aborted } from './no-answer.ts'

/** A few places, and a queue before them. */
export interface Slots {
  /** Waits for a place; whoever came first to the uploader, with the lowest `rank`, goes first. Gives what frees it. */
  readonly enter: (rank: number, signal: AbortSignal) => Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = count
  let waiting: { readonly rank: number; readonly start: () => void }[] = []

  function next() {
    if (free > 0) waiting.shift()?.start()
  }

  return {
    enter: (rank, signal) =>
      new Promise((resolve, reject) => {
        const entry = {
          rank,
          start() {
            free--
            signal.removeEventListener('abort', giveUp)
            resolve(() => {
              free++
              next()
            })
          },
        }
        function giveUp() {
          waiting = waiting.filter((other) => other !== entry)
          reject(aborted())
        }
        if (signal.aborted) return giveUp()
        signal.addEventListener('abort', giveUp)
        waiting = [...waiting, entry].sort((a, b) => a.rank - b.rank)
        next()
      }),
  }
}
