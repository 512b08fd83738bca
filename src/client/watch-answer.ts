import { blockedBeforeSending, noAnswer } from './connection.ts'
import type { StoreAnswer } from './send-form.ts'

/** Posts a body by `XMLHttpRequest`, the one way of a browser to see how much of it has left. */
export async function watchAnswer(
  url: string,
  body: FormData,
  onSent: (sentBytes: number, totalBytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<StoreAnswer> {
  let sentBytes = 0
  const request = new XMLHttpRequest()
  request.upload.onprogress = ({ loaded, total }) => {
    sentBytes = loaded
    onSent(loaded, total)
  }
  const answer = await send(request, url, body, signal)
  if (answer !== undefined) return answer
  if (sentBytes === 0) throw await blockedBeforeSending(url, signal)
  throw noAnswer(`The connection to ${url} was lost when ${sentBytes} bytes had been sent.`, signal)
}

/** Settles when the request is over, however it ends; `undefined` where there is no answer. */
async function send(
  request: XMLHttpRequest,
  url: string,
  body: FormData,
  signal: AbortSignal | undefined,
): Promise<StoreAnswer | undefined> {
  const abort = () => request.abort()
  signal?.addEventListener('abort', abort)
  try {
    await new Promise((resolve) => {
      request.onloadend = resolve
      request.open('POST', url)
      request.send(body)
    })
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  const { status, responseText } = request
  return status === 0
    ? undefined
    : { status, headers: readHeaders(request.getAllResponseHeaders()), body: responseText }
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
