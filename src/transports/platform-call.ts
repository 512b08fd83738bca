import type { PosternError } from '../base/errors.ts'
import { aborted } from '../client/no-answer.ts'
import type { Answer } from '../client/transport.ts'

/** What a platform's call gives back at once; old versions give nothing. */
export interface PlatformTask {
  abort?(): void
}

/** How a call of a platform ends: one of the two is called, whatever the status of HTTP. */
export interface Endings<Success, Failure> {
  readonly success: (result: Success) => void
  readonly fail: (failure: Failure) => void
}

interface Readers<Success, Failure> {
  readonly read: (result: Success) => Answer
  /** The answer that a platform takes for a failure, or why there is none. */
  readonly whyNot: (failure: Failure) => Answer | PosternError
  readonly signal: AbortSignal
}

/** Makes a call of a platform a promise of its answer, which a signal ends. */
export function platformCall<Success, Failure>(
  start: (endings: Endings<Success, Failure>) => PlatformTask | undefined,
  { read, whyNot, signal }: Readers<Success, Failure>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted())
    let task: PlatformTask | undefined
    const leave = () => signal.removeEventListener('abort', abort)
    function abort() {
      reject(aborted()) // first: what the platform says of it comes too late, or never
      task?.abort?.()
    }
    signal.addEventListener('abort', abort)
    task = start({
      success(result) {
        leave()
        resolve(read(result))
      },
      fail(failure) {
        leave()
        const outcome = whyNot(failure)
        if (outcome instanceof Error) reject(outcome)
        else resolve(outcome)
      },
    })
  })
}

/** Headers as mini-programs give them, in any case; there is no `Headers` there. */
export function headersOf(header: object | undefined): Answer['headers'] {
  const lines = new Map(Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    get(name) {
      const value: unknown = lines.get(name.toLowerCase())
      return value === undefined ? null : String(value)
    },
  }
}

/** A body as text: some versions read JSON though they are told not to. */
export function textOf(data: unknown): string {
  if (typeof data === 'string') return data
  return data === undefined || data === null ? '' : JSON.stringify(data)
}
