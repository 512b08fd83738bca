import { PosternError } from '../base/errors.ts'
import { whyNoAnswer, whyNotSent } from './connection.ts'
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

/** How browsers send; workers, Node and Deno too, where nothing is told of a body before all of it has left. */
export function browserTransport({ credentials, fetch: ownFetch }: BrowserOptions = {}): Transport<FileFacts> {
  return {
    async ask({ url, signal, ...request }) {
      const { fetch = globalThis.fetch } = { fetch: ownFetch }
      try {
        return await read(await fetch(url, { ...request, signal, ...(credentials && { credentials }) }))
      } catch (cause) {
        throw await whyNoAnswer({ who: 'The issuer', url, probe: 'GET' }, signal, cause)
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
    throw new TypeError(`"${file.name}" is no Blob: give the uploader the transport of your platform.`)
  try {
    await file.slice(0, 1).arrayBuffer()
    return file
  } catch (cause) {
    const detail = `"${file.name}" was changed, moved or deleted after it was chosen. Choose it again.`
    throw new PosternError('file-unreadable', detail, {}, { cause })
  }
}

async function deliver(delivery: Delivery, watch: SendWatch): Promise<Answer> {
  const { method, url, body } = delivery
  const refusal = whyNotSent(url)
  if (refusal !== undefined) throw refusal
  const answer = await (typeof XMLHttpRequest === 'undefined' ? byFetch : byRequest)(delivery, watch)
  if (answer instanceof Error || answer.status === 0) {
    // A PUT for a whole object is not tried with nothing in it: that would be the object.
    const probe = method === 'POST' ? method : url.includes('partNumber=') ? method : undefined
    throw await whyNoAnswer({ who: 'The store', url, ...(probe && { probe }) }, watch.signal, answer)
  }
  if (body instanceof Blob) watch.onSent(body.size, body.size)
  return answer
}

async function byFetch({ url, ...request }: Delivery, { signal }: SendWatch): Promise<Answer | Error> {
  try {
    return await read(await fetch(url, { ...request, signal, credentials: 'omit' }))
  } catch (cause) {
    return new Error('fetch', { cause })
  }
}

/** By `XMLHttpRequest`, the one way of a browser to see how much of a body has left. It makes the browser ask first (a CORS preflight). */
async function byRequest(
  { method, url, headers = {}, body }: Delivery,
  { signal, onSent }: SendWatch,
): Promise<Answer> {
  const request = new XMLHttpRequest()
  request.upload.onprogress = ({ loaded, total }) => onSent(loaded, total)
  const abort = () => request.abort()
  signal.addEventListener('abort', abort)
  await new Promise((resolve) => {
    request.onloadend = resolve
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    if (signal.aborted) resolve(undefined)
    else request.send(body)
  })
  signal.removeEventListener('abort', abort)
  return { status: request.status, headers: readHeaders(request.getAllResponseHeaders()), body: request.responseText }
}

/** Only those headers that the bucket's CORS rule exposes are here; asking for another by name would be an error. */
function readHeaders(lines: string): Headers {
  const headers = new Headers()
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return headers
}

async function read(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: await response.text() }
}
