import { PosternError } from '../base/errors.ts'
import { heardFrom, whyNoAnswer, whyNotSent } from './connection.ts'
import type { Answer, FileFacts, SendWatch, Transport } from './transport.ts'

interface BrowserOptions {
  readonly credentials?: RequestCredentials
  readonly fetch?: typeof fetch
}

/** A request that carries bytes. */
interface Delivery {
  readonly method: 'POST' | 'PUT'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: FormData | Blob
}

/** How browsers send; Node and Deno too, where nothing is told of a body before all of it has left. */
export function browserTransport({ credentials, fetch: own }: BrowserOptions = {}): Transport<FileFacts> {
  return {
    async ask({ url, ...request }) {
      const refusal = whyNotSent(url)
      if (refusal !== undefined) throw refusal
      try {
        const answer = await read(await (own ?? fetch)(url, credentials ? { ...request, credentials } : request))
        heardFrom(url)
        return answer
      } catch (cause) {
        throw await whyNoAnswer({ who: 'The issuer', url, probe: 'GET', signal: request.signal, cause })
      }
    },
    async sendForm({ url, fields }, file, watch) {
      const blob = await readable(file)
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.append(name, value)
      body.append('file', blob, file.name) // last: the store ignores every field after it
      return await deliver({ method: 'POST', url, body }, watch)
    },
    async sendBytes({ url, headers, start, end }, file, watch) {
      const body = (await readable(file)).slice(start, end, headers['Content-Type'])
      return await deliver({ method: 'PUT', url, headers, body }, watch)
    },
    readBytes: async (file, start, end) => new Uint8Array(await (await readable(file)).slice(start, end).arrayBuffer()),
  }
}

/** A file that changed since it was picked cannot be read, and all a browser would say of it is "network error". */
async function readable(file: FileFacts): Promise<Blob> {
  if (!(file instanceof Blob))
    throw new TypeError(`"${file.name}" is no Blob: give the uploader your platform's transport.`)
  try {
    await file.slice(0, 1).arrayBuffer()
    return file
  } catch (cause) {
    const detail = `"${file.name}" was changed, moved or deleted after it was chosen. Choose it again.`
    throw new PosternError('file-unreadable', detail, {}, { cause })
  }
}

async function deliver(delivery: Delivery, watch: SendWatch): Promise<Answer> {
  const { method, url } = delivery
  const refusal = whyNotSent(url)
  if (refusal !== undefined) throw refusal
  try {
    const answer = await (typeof XMLHttpRequest === 'undefined' ? byFetch : byRequest)(delivery, watch)
    heardFrom(url)
    return answer
  } catch (cause) {
    // A PUT of a whole object is not tried with nothing in it: that would be the object.
    const probe = method === 'POST' || /[?&]partNumber=/.test(url) ? method : undefined
    throw await whyNoAnswer({ who: 'The store', url, probe, signal: watch.signal, cause })
  }
}

async function byFetch({ url, ...request }: Delivery, { signal }: SendWatch): Promise<Answer> {
  return await read(await fetch(url, { ...request, signal, credentials: 'omit' }))
}

/** The one way of a browser to see how much of a body has left. It makes the browser ask the store first (a CORS preflight). */
function byRequest({ method, url, headers = {}, body }: Delivery, { signal, onSent }: SendWatch): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('Aborted.')) // its event came before anybody listened
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.upload.onprogress = ({ loaded, total }) => onSent(loaded, total)
    request.onloadend = () => {
      signal.removeEventListener('abort', abort)
      const { status, responseText } = request
      // Asking by name for a header that the bucket's CORS rule does not expose would be an error in the console.
      const lines = request.getAllResponseHeaders()
      const get = (name: string) => new RegExp(`^${name}: *(.*)`, 'im').exec(lines)?.[1] ?? null
      if (status === 0) reject(new Error('No answer.'))
      else resolve({ status, headers: { get }, body: responseText })
    }
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    signal.addEventListener('abort', abort)
    request.send(body)
  })
}

async function read(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: await response.text() }
}
