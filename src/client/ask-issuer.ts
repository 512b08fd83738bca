import { createStop } from './create-stop.ts'
import { aborted, loaded, noAnswer } from './no-answer.ts'
import type { ServerClock } from './server-clock.ts'
import type { FileFacts, Transport } from './transport.ts'
import type { AskIssuer, UploaderOptions } from './uploader-options.ts'

/** Longer than an issuer takes that waits for its application; then it is taken for lost. */
const PATIENCE_MS = 60_000

/** A way to ask this issuer, which learns its time from each answer. */
export function createAsk<File extends FileFacts>(
  { endpoint, headers }: UploaderOptions<string, File>,
  transport: Transport<File>,
  clock: ServerClock,
): AskIssuer {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`
  return async (path, body, signal) => {
    if (signal?.aborted === true) throw aborted()
    const url = base + path
    const own = typeof headers === 'function' ? await headers() : headers
    const stop = createStop(transport)
    const abort = () => stop.abort()
    signal?.addEventListener('abort', abort)
    const timer = setTimeout(abort, PATIENCE_MS)
    try {
      const answer = await transport.ask({
        url,
        signal: stop.signal,
        ...(body === undefined
          ? { method: 'GET', headers: { ...own } }
          : { method: 'POST', headers: { ...own, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      clock.learn(answer.headers.get('date'))
      const { status, headers, body: text } = answer
      const json = readJson(text)
      if (status >= 200 && status < 300 && json !== undefined) return json
      const { readProblem } = await loaded(import('./read-problem.ts'))
      throw readProblem(url, status, json, headers.get('retry-after'))
    } catch (error) {
      throw stop.signal.aborted ? noAnswer(`The issuer at ${url} does not answer.`, signal) : error
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }
}

/** JSON, or `undefined` where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
