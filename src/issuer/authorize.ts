import { PosternError } from '../base/errors.ts'

/** Who asks for a form, in the application's own words. */
export interface Caller {
  readonly id: string
}

/**
 * The hook that says who asks: a `Caller`, or `undefined` for nobody who may upload. It sees every request for a form,
 * before anything else is read of it; it may look at the address and the headers, the body is the issuer's to read.
 * A `PosternError` that it throws is answered as it is; anything else it throws is answered without detail.
 */
export type Authorize = (request: Request) => Caller | undefined | Promise<Caller | undefined>

/** The hook as a step: it passes, or throws `upload-denied`. */
export type Admit = (request: Request) => Promise<void>

const MISSING =
  'createIssuer needs "authorize": a function from a Request to { id } or undefined, or the word \'public\' to let everybody upload.'

/** `'public'` must be said: an issuer that nobody guards is never what a forgotten option makes. */
export function createAdmit(authorize: Authorize | 'public'): Admit {
  if (authorize === 'public') return async () => {}
  if (typeof authorize !== 'function') throw new TypeError(MISSING)
  return async (request) => {
    const caller: unknown = await authorize(request)
    if (!isCaller(caller)) throw new PosternError('upload-denied', 'The application did not let this request upload.')
  }
}

/** Looked at closely: a hook written without types may say `false`, `null` or `true`, and none of them names a caller. */
function isCaller(value: unknown): value is Caller {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && value.id !== ''
}
