/** How many parts are sent at once: more while that makes it faster, fewer where it does not. */
export interface PartWidth {
  readonly width: number
  /** A part has arrived: bytes, and Unix milliseconds. */
  readonly arrived: (bytes: number, at: number) => void
  /** Something was lost: the network may have too much to do. */
  readonly lost: () => void
}

const FIRST_WIDTH = 3
/** By so much a change must matter: less is noise. */
const MATTERS = 1.1

export function createPartWidth(most: number): PartWidth {
  let best = 0
  let bytes = 0
  let parts = 0
  let since: number | undefined
  const plan = {
    width: Math.min(FIRST_WIDTH, most),
    arrived(size: number, at: number) {
      bytes += size
      parts++
      since ??= at
      if (parts <= plan.width) return // one round of parts, and the first, which only starts the clock
      const speed = (bytes - size) / Math.max(1, at - since)
      if (speed > best * MATTERS) {
        best = speed
        plan.width = Math.min(most, plan.width + 1)
      } else if (speed * MATTERS < best && plan.width > 1) plan.width--
      bytes = 0
      parts = 0
      since = undefined
    },
    lost() {
      plan.width = Math.max(1, plan.width >> 1)
      best = 0
    },
  }
  return plan
}
