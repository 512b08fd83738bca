import type { ServerResponse } from 'node:http'

/** Whether the client left before it had its answer. */
export interface Departure {
  /** Made when it is first asked for: most handlers never do, and it costs as much as a small request. */
  readonly signal: AbortSignal
}

export function departure(outgoing: ServerResponse): Departure {
  let controller: AbortController | undefined
  let isGone = false
  outgoing.once('close', () => {
    isGone = !outgoing.writableFinished
    if (isGone) controller?.abort()
  })
  return {
    get signal() {
      controller ??= new AbortController()
      if (isGone) controller.abort()
      return controller.signal
    },
  }
}
