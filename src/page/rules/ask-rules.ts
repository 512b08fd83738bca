import { readProblem } from '../../client/read-problem.ts'
import { parseRouteRules, type RouteRules } from './route-rules.ts'

/**
 * Asks the issuer what the route takes. Throws its refusal: there is no such route, or not for this person. Where no answer
 * comes there are no rules: whether the issuer is there the first upload finds out, and says.
 */
export async function askRules(endpoint: string, route: string | undefined): Promise<RouteRules | undefined> {
  const url = new URL('uploads', endpoint)
  if (route !== undefined) url.searchParams.set('route', route)
  const response = await fetch(url, { headers: { accept: 'application/json' } }).catch(() => undefined)
  const answer: unknown = await response?.json().catch(() => undefined)
  if (response === undefined) return undefined
  if (!response.ok) throw readProblem(url.href, response.status, answer)
  return parseRouteRules(answer)
}
