import type { Authorize } from './authorize.ts'

/** How a caller says who they are: `Authorization: Bearer`, `X-Api-Key`, or a cookie of this name. */
export type Bearing = 'bearer' | 'api-key' | { readonly cookie: string }

const BEARINGS = new WeakMap<Authorize, readonly Bearing[]>()

/** The same authorizer, with what it reads of a request noted for the description of the interface. */
export function withBearings(bearings: readonly Bearing[] | undefined, authorize: Authorize): Authorize {
  if (bearings !== undefined) BEARINGS.set(authorize, bearings)
  return authorize
}

/** What all of these read; `undefined` where one of them does not say, as a function of the application's own. */
export function bearingsOf(authorizers: readonly (Authorize | 'public')[]): readonly Bearing[] | undefined {
  const all = authorizers.filter((one) => one !== 'public').map((one) => BEARINGS.get(one))
  const known = all.filter((one) => one !== undefined)
  return known.length < all.length
    ? undefined
    : [...new Map(known.flat().map((one) => [JSON.stringify(one), one])).values()]
}
