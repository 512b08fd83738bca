import { aborted } from './no-answer.ts'

/** A few places, and a queue before them. */
export interface Slots {
  /** Waits for a place; whoever came first to the uploader, with the lowest `rank`, goes first. Gives what frees it. */
  readonly enter: (rank: number, signal: AbortSignal) => Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = count
  const waiting: { readonly rank: number; readonly start: () => void }[] = []

  function leave() {
    const next = waiting.shift()
    if (next === undefined) free++
    else next.start()
  }

  return {
    enter: (rank, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(aborted())
        const start = () => {
          signal.removeEventListener('abort', giveUp)
          resolve(leave)
        }
        const entry = { rank, start }
        const giveUp = () => {
          waiting.splice(waiting.indexOf(entry), 1)
          reject(aborted())
        }
        if (free > 0) {
          free--
          return resolve(leave)
        }
        const behind = waiting.findIndex((other) => other.rank > rank)
        waiting.splice(behind < 0 ? waiting.length : behind, 0, entry)
        signal.addEventListener('abort', giveUp)
      }),
  }
}
