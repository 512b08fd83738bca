import { note } from './output.ts'

/** One Ctrl-C may arrive twice: the terminal signals the whole group, and npm passes its own copy on. */
const SAME_KEY_PRESS_MS = 500

/** Waits for Ctrl-C (SIGINT) or SIGTERM. A second one ends the process at once, with what is open left to the next start. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined
    const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
      if (firstAt === undefined) {
        firstAt = Date.now()
        resolve()
      } else if (Date.now() - firstAt > SAME_KEY_PRESS_MS) {
        note('Stopped without waiting for open requests.')
        process.exit(signal === 'SIGINT' ? 130 : 143)
      }
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
