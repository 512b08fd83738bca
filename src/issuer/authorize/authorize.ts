import type { Caller } from './caller.ts'

/** What an authorizer may want to know besides the request. */
export interface Asked {
  /** The route by the name that the request gave it, which may be none that there is; `default` where it gave none. */
  readonly route: string
  /** The client's address; absent where it is not known. */
  readonly address: string | undefined
}

/**
 * The hook that says who asks: a `Caller`, or `undefined` for nobody who may upload. It may look at the address and the
 * headers; the body is the issuer's to read. A `PosternError` that it throws is answered as it is; anything else it throws
 * is answered without detail.
 */
export type Authorize = (request: Request, asked: Asked) => Caller | undefined | Promise<Caller | undefined>

const MISSING =
  'createIssuer needs "authorize": a function from a Request to { id } or undefined, or the word \'public\' to let everybody upload.'

/** `'public'` must be said: an issuer that nobody guards is never what a forgotten option makes. */
export function checkAuthorize(authorize: Authorize | 'public'): Authorize | 'public' {
  if (!isAuthorize(authorize)) throw new TypeError(MISSING)
  return authorize
}

export function isAuthorize(value: unknown): value is Authorize | 'public' {
  return value === 'public' || typeof value === 'function'
}
