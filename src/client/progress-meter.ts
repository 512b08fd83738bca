import type { Progress } from './upload-handle.ts'

/** Over how long a speed is measured. */
const WINDOW_MS = 5000

/** What is sent becomes progress: it never goes back, however often bytes are sent again. */
export interface ProgressMeter {
  readonly progress: Progress
  /** Notes how many bytes of the file the store has or is getting; whether that is more than ever before. */
  readonly note: (sentBytes: number) => boolean
  /** A break: what lies before says nothing of the speed after it. */
  readonly rest: () => void
}

export function createProgressMeter(totalBytes: number, now = Date.now): ProgressMeter {
  let samples: { readonly at: number; readonly sent: number }[] = []
  const meter = {
    progress: { sentBytes: 0, totalBytes } satisfies Progress as Progress,
    note(bytes: number): boolean {
      const at = now()
      const sent = Math.min(bytes, totalBytes)
      const { sentBytes } = meter.progress
      samples = [...samples.filter((sample) => at - sample.at < WINDOW_MS), { at, sent }]
      if (sent <= sentBytes) return false
      const bytesPerSecond = speedOf(samples)
      meter.progress = {
        sentBytes: sent,
        totalBytes,
        ...(bytesPerSecond > 0 && { bytesPerSecond, secondsLeft: (totalBytes - sent) / bytesPerSecond }),
      }
      return true
    },
    rest() {
      samples = []
    },
  }
  return meter
}

function speedOf(samples: readonly { readonly at: number; readonly sent: number }[]): number {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.at <= first.at) return 0
  return ((last.sent - first.sent) / (last.at - first.at)) * 1000
}
