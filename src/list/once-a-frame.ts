const FRAME_MS = 16
/** A browser paints no frames for a tab that nobody sees, and the application behind it still wants to know. */
const HIDDEN_FRAME_MS = 250

/** Work that is asked for often and done seldom. */
export interface Coalesced {
  /** The work is done with the next frame, however often it is asked for until then. */
  readonly ask: () => void
  /** Takes back what was asked for. */
  readonly cancel: () => void
}

/** Does `work` at most once a frame; where there are no frames, by a timer. */
export function onceAFrame(work: () => void): Coalesced {
  const painted = typeof requestAnimationFrame === 'function'
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function run(): void {
    cancel()
    work()
  }

  function cancel(): void {
    clearTimeout(timer)
    timer = undefined
    if (painted) cancelAnimationFrame(frame)
  }

  return {
    ask() {
      if (timer !== undefined) return
      timer = setTimeout(run, painted ? HIDDEN_FRAME_MS : FRAME_MS)
      if (painted) frame = requestAnimationFrame(run)
    },
    cancel,
  }
}
