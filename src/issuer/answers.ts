const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

/** A value as JSON that nobody keeps: an answer of the issuer is for one caller and one moment. */
export function jsonResponse(value: unknown, more?: Readonly<Record<string, string>>): Response {
  return new Response(JSON.stringify(value), { headers: more === undefined ? HEADERS : { ...HEADERS, ...more } })
}

/** The same of a value that is written as JSON already. */
export function jsonText(text: string): Response {
  return new Response(text, { headers: HEADERS })
}

/** Alive, and able to answer. */
export function healthz(): Response {
  return new Response('ok\n', { headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' } })
}
