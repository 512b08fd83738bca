const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

/** A value as JSON that nobody keeps: an answer of the issuer is for one caller and one moment. */
export function jsonResponse(value: unknown): Response {
  return jsonText(JSON.stringify(value))
}

/** The same of a value that is written as JSON already. */
export function jsonText(text: string, more?: Readonly<Record<string, string>>): Response {
  return new Response(text, { headers: more === undefined ? HEADERS : { ...HEADERS, ...more } })
}

/** Alive, and able to answer. */
export function healthz(): Response {
  return new Response('ok\n', { headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' } })
}
