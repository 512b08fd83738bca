import { PosternError } from '../../base/issuer-errors.ts'
import type { Authorize } from './authorize.ts'
import { isBadToken } from './bearer.ts'
import { bearingsOf, withBearings } from './bearing.ts'
import { parseCaller } from './caller.ts'

/**
 * Asks one authorizer after the other until one knows who it is. One that does not know lets the next try; any other refusal is
 * the last word, and so is a fault. Put what costs least first.
 *
 * @example
 * authorize: anyOf(apiKey({ keys: [{ name: 'importer', key }] }), jwt({ jwksUrl, issuer, audience }))
 */
export function anyOf(...authorizers: readonly Authorize[]): Authorize {
  if (authorizers.length === 0 || authorizers.some((one) => typeof one !== 'function'))
    throw new TypeError('anyOf needs authorizers: functions, or what jwt, forwardAuth and apiKey give.')
  return withBearings(bearingsOf(authorizers), async (request, asked) => {
    const refusals: PosternError[] = []
    for (const authorize of authorizers) {
      try {
        const caller = parseCaller(await authorize(request, asked))
        if (caller !== undefined) return caller
      } catch (error) {
        if (!(error instanceof PosternError && error.code === 'caller-unknown')) throw error
        refusals.push(error)
      }
    }
    const refusal = refusals.find(isBadToken) ?? refusals[0]
    if (refusal !== undefined) throw refusal
    return undefined
  })
}
