import { byForm } from './by-form.ts'
import { inParts } from './in-parts.ts'
import type { FileFacts, Transport } from './transport.ts'
import type { Errand, Tools, Way } from './way.ts'
import { codeOf } from './what-next.ts'

/** A large file in parts; by one form where the issuer takes none in parts on this route. */
export function byParts<File extends FileFacts>(
  errand: Errand<File>,
  tools: Tools<File>,
  sendBytes: NonNullable<Transport<File>['sendBytes']>,
): Way {
  const parts = inParts(errand, tools, sendBytes)
  let way = parts
  return {
    async send(signal) {
      try {
        await way.send(signal)
      } catch (error) {
        if (way !== parts || codeOf(error) !== 'path-not-found') throw error
        await parts.end(false)
        way = byForm(errand, tools)
        await way.send(signal)
      }
    },
    confirm: (signal) => way.confirm(signal),
    renew: () => way.renew(),
    end: (isCancelled) => way.end(isCancelled),
  }
}
