import { createUploader } from '../client/create-uploader.ts'
import type { FileFacts } from '../client/transport.ts'
import type { Uploader, UploaderOptions } from '../client/uploader-options.ts'

/** What an uploader is made with. Where one of these has another value, the next file gets another uploader. */
const MADE_WITH = [
  'endpoint',
  'concurrency',
  'credentials',
  'partsFrom',
  'partsAtOnce',
  'retries',
  'memory',
] as const satisfies readonly (keyof UploaderOptions)[]

/**
 * An uploader over options that may be others each time one looks, as a component's are: what is a function or an object is
 * looked up as it is needed, so a queue of files goes on with the newest token. It is made with the first file; until then
 * nothing has happened.
 */
export function latestUploader<Routes extends string, File extends FileFacts>(
  latest: () => UploaderOptions<Routes, File>,
): Pick<Uploader<Routes, File>, 'upload'> {
  let made: { readonly from: UploaderOptions<Routes, File>; readonly uploader: Uploader<Routes, File> } | undefined
  return {
    upload(file, how) {
      const options = latest()
      const { from, uploader } =
        made !== undefined && MADE_WITH.every((name) => made?.from[name] === options[name])
          ? made
          : { from: options, uploader: createUploader(lookedUp(options, latest)) }
      made = { from, uploader }
      return uploader.upload(file, how)
    },
  }
}

/** The same options, with functions that ask for the latest ones; without a route, which each file brings. */
function lookedUp<Routes extends string, File extends FileFacts>(
  options: UploaderOptions<Routes, File>,
  latest: () => UploaderOptions<Routes, File>,
): UploaderOptions<Routes, File> {
  const { route: _, ...lasting } = options
  const { fetch, requestForm } = options
  return {
    ...lasting,
    async headers() {
      const { headers } = latest()
      return (typeof headers === 'function' ? await headers() : headers) ?? {}
    },
    ...(fetch && { fetch: (...request) => (latest().fetch ?? fetch)(...request) }),
    ...(requestForm && { requestForm: (...question) => (latest().requestForm ?? requestForm)(...question) }),
  }
}
