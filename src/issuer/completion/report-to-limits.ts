import type { Limits } from '../limits/limits.ts'
import type { Reporter } from './completion.ts'

/** An upload that was reported is no longer open; of a folder's uploads none is the last, so they count until the form's end. */
export function reportToLimits({ uploadEnded }: Limits): Reporter {
  return {
    name: 'limits',
    async report({ id, size }) {
      await uploadEnded(id, size)
      return undefined
    },
  }
}
