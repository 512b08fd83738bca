import { PosternError } from '../../base/issuer-errors.ts'
import type { Peer } from '../../http/peer.ts'
import { networkOf } from '../limits/client-address.ts'
import type { Limits } from '../limits/limits.ts'
import type { RouteRules } from '../route.ts'
import { type Authorize, checkAuthorize } from './authorize.ts'
import { ANYBODY, type Caller, parseCaller } from './caller.ts'

/** Who was let in, what they may upload, and as whom they are counted. */
export interface Admission {
  readonly caller: Caller
  readonly rules: RouteRules
  /** Whose limits this counts against: the caller, or where nobody is asked who they are, the address. */
  readonly subject: string
}

/** Whoever may use the route passes; the others are told `upload-denied` or their authorizer's words, and nothing of the route. */
export type Admit = (request: Request, routeName: string | undefined, peer?: Peer) => Promise<Admission>

export type AdmitNext = (admission: Admission, peer?: Peer) => Promise<void>

export interface AdmitOptions {
  readonly authorize: Authorize | 'public'
  readonly routes: ReadonlyMap<string, RouteRules>
  readonly limits: Limits
}

export interface Admits {
  /** For something new: counts the address, asks who is there, counts the caller; in this order, so that guessing is counted. */
  readonly admit: Admit
  /** For the next step of an upload that has begun, such as its parts: the same, but only what is refused is counted. */
  readonly admitAgain: Admit
  /** For one file more of a request that was let in: counts the address and the caller as if it had come alone. */
  readonly admitNext: AdmitNext
}

export function createAdmits({ authorize, routes, limits }: AdmitOptions): Admits {
  const usual = checkAuthorize(authorize)

  async function ask(request: Request, route: string, address: string | undefined): Promise<Admission> {
    const rules = routes.get(route)
    const who = rules?.authorize ?? usual
    const caller = who === 'public' ? ANYBODY : parseCaller(await who(request, { route, address }))
    if (caller === undefined)
      throw new PosternError('upload-denied', 'The application did not let this request upload.')
    if (rules === undefined)
      throw new PosternError('route-unknown', `There is no route ${JSON.stringify(route.slice(0, 64))}.`)
    return { caller, rules, subject: subjectOf(caller, address) }
  }

  return {
    async admit(request, routeName = 'default', { address } = {}) {
      await limits.countRequest(address)
      const admission = await ask(request, routeName, address)
      await limits.countForm(admission.subject)
      return admission
    },
    async admitAgain(request, routeName = 'default', { address } = {}) {
      try {
        return await ask(request, routeName, address)
      } catch (error) {
        await limits.countRequest(address)
        throw error
      }
    },
    async admitNext({ subject }, { address } = {}) {
      await limits.countRequest(address)
      await limits.countForm(subject)
    },
  }
}

/** Where nobody is asked who they are, each address counts for itself. */
function subjectOf(caller: Caller, address: string | undefined): string {
  if (caller !== ANYBODY) return `user:${caller.id}`
  return address === undefined ? 'anybody' : `address:${networkOf(address)}`
}
