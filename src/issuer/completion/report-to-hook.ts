import type { OnUploaded, Reporter } from './completion.ts'

/** A callback's answer may have this many bytes: docs/spec/callback.md section 6. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** The application's own function as a reporter. */
export function reportToHook(onUploaded: OnUploaded): Reporter {
  return {
    name: 'onUploaded',
    async report(upload) {
      const answer: string | undefined = JSON.stringify(await onUploaded(upload))
      if (answer !== undefined && Buffer.byteLength(answer) > MAX_ANSWER_BYTES)
        throw new TypeError(`onUploaded answered with over ${MAX_ANSWER_BYTES} bytes of JSON.`)
      return answer
    },
  }
}
