import type { IncomingHttpHeaders } from 'node:http'

const KNOWN = new WeakMap<Request, number>()

/** Notes how long the body of a request is that came over HTTP: the parser passes on no byte beyond its `Content-Length`. */
export function noteBodyLength(request: Request, headers: IncomingHttpHeaders): void {
  const length = headers['content-length']
  if (length !== undefined && headers['transfer-encoding'] === undefined) KNOWN.set(request, Number(length))
}

/** The bytes of a request's body, where it cannot have more; `undefined` where that is only said of it, or not even that. */
export function bodyLengthOf(request: Request): number | undefined {
  return KNOWN.get(request)
}
