import { noStoreAnswer } from './connection.ts'
import type { StoreAnswer } from './send-form.ts'

/** Posts a body by `XMLHttpRequest`, the one way of a browser to see how much of it has left. */
export async function watchAnswer(
  url: string,
  body: FormData,
  onSent: (sentBytes: number, totalBytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<StoreAnswer> {
  const request = new XMLHttpRequest()
  request.upload.onprogress = ({ loaded, total }) => onSent(loaded, total)
  await send(request, url, body, signal)
  const { status, responseText } = request
  if (status === 0) throw await noStoreAnswer(url, signal)
  return { status, headers: readHeaders(request.getAllResponseHeaders()), body: responseText }
}

/** Settles when the request is over, however it ends. */
async function send(request: XMLHttpRequest, url: string, body: FormData, signal: AbortSignal | undefined) {
  const abort = () => request.abort()
  signal?.addEventListener('abort', abort)
  await new Promise((resolve) => {
    request.onloadend = resolve
    request.open('POST', url)
    request.send(body)
  })
  signal?.removeEventListener('abort', abort)
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
