import { PosternError } from '../base/issuer-errors.ts'
import type { RouteRules } from './route.ts'

/** Who asks for a form, in the application's own words. */
export interface Caller {
  readonly id: string
  /** A folder of their own: their keys begin with the route's prefix and this. */
  readonly prefix?: string
}

/**
 * The hook that says who asks: a `Caller`, or `undefined` for nobody who may upload. It may look at the address and the
 * headers; the body is the issuer's to read. A `PosternError` that it throws is answered as it is; anything else it throws
 * is answered without detail.
 */
export type Authorize = (request: Request) => Caller | undefined | Promise<Caller | undefined>

/** Who was let in, and what they may upload. */
export interface Admission {
  readonly caller: Caller
  readonly rules: RouteRules
}

/** The hook as a step: whoever may use the route passes; the others are told `upload-denied`, and nothing of the route. */
export type Admit = (request: Request, routeName: string | undefined) => Promise<Admission>

const MISSING =
  'createIssuer needs "authorize": a function from a Request to { id } or undefined, or the word \'public\' to let everybody upload.'

/** Who asks where nobody is asked. */
export const ANYBODY: Caller = { id: 'anybody' }

/** `'public'` must be said: an issuer that nobody guards is never what a forgotten option makes. */
export function createAdmit(authorize: Authorize | 'public', routes: ReadonlyMap<string, RouteRules>): Admit {
  if (authorize !== 'public' && typeof authorize !== 'function') throw new TypeError(MISSING)
  const ask: Authorize = authorize === 'public' ? () => ANYBODY : authorize
  return async (request, routeName = 'default') => {
    const caller: unknown = await ask(request)
    if (!isCaller(caller)) throw new PosternError('upload-denied', 'The application did not let this request upload.')
    const rules = routes.get(routeName)
    if (rules === undefined)
      throw new PosternError('route-unknown', `There is no route ${JSON.stringify(routeName.slice(0, 64))}.`)
    return { caller, rules }
  }
}

/** Looked at closely: a hook written without types may say `false`, `null` or `true`, and none of them names a caller. */
function isCaller(value: unknown): value is Caller {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && value.id !== ''
}
