import { MAX_CORS_RULES } from '../../base/limits.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import type { Cors, CorsRule } from '../disk/records.ts'

/** The first rule that allows this origin, this method and all these headers. @see docs/spec/object-api.md section 6 */
export function findRule(
  cors: Cors | undefined,
  asked: { readonly origin: string; readonly method: string; readonly headers: readonly string[] },
): CorsRule | undefined {
  return cors?.rules.find(
    (rule) =>
      rule.methods.includes(asked.method) &&
      rule.origins.some((pattern) => matches(pattern, asked.origin)) &&
      asked.headers.every((name) => rule.headers.some((pattern) => matches(pattern.toLowerCase(), name))),
  )
}

/** What the answer to a request from another origin carries, be it an error or not. */
export function corsHeaders(cors: Cors | undefined, request: StoreRequest): Record<string, string> {
  const origin = request.headers.get('origin')
  const rule = origin === undefined ? undefined : findRule(cors, { origin, method: request.method, headers: [] })
  if (origin !== undefined && rule !== undefined) return ruleHeaders(rule, origin, cors?.varyAlways === true)
  return cors?.varyAlways === true ? { vary: 'Origin' } : {}
}

/** What a rule says to this origin. */
export function ruleHeaders(rule: CorsRule, origin: string, varyAlways: boolean): Record<string, string> {
  const anyOrigin = rule.origins.includes('*')
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    ...((varyAlways || !anyOrigin) && { vary: 'Origin' }), // else a cache gives one origin's answer to another
  }
}

/** The first thing wrong with a set of rules, as a sentence; absent where nothing is. */
export function corsFault({ rules }: Cors): string | undefined {
  if (rules.length === 0) return 'A CORS configuration has at least one rule.'
  for (const rule of rules) {
    const fault = ruleFault(rule)
    if (fault !== undefined) return fault
  }
  return rules.length > MAX_CORS_RULES ? `At most ${MAX_CORS_RULES} rules; these are ${rules.length}.` : undefined
}

function ruleFault({ origins, methods, headers, exposed, maxAgeSeconds }: CorsRule): string | undefined {
  if (origins.length === 0) return 'A CORS rule has at least one AllowedOrigin.'
  if (methods.length === 0) return 'A CORS rule has at least one AllowedMethod.'
  const method = methods.find((name) => !CORS_METHODS.has(name))
  if (method !== undefined) return `AllowedMethod is GET, PUT, DELETE, POST or HEAD, not "${method}".`
  const pattern = [...origins, ...headers].find((text) => text.split('*').length > 2)
  if (pattern !== undefined) return `"${pattern}" has more than one "*".`
  const origin = origins.find((text) => !isVisible(text))
  if (origin !== undefined) return `"${origin}" is not an origin: no white space, no control character.`
  const name = [...headers.map((text) => text.replace('*', 'x')), ...exposed].find((text) => !isToken(text))
  if (name !== undefined) return `"${name}" is not the name of a header.`
  if (exposed.some((text) => text.includes('*'))) return 'ExposeHeader has no "*".'
  if (maxAgeSeconds !== undefined && !isSeconds(maxAgeSeconds))
    return 'MaxAgeSeconds is a whole number up to 999999999.'
  return undefined
}

/** One `*` stands for any text. No regular expression: the pattern comes from outside. */
function matches(pattern: string, value: string): boolean {
  const star = pattern.indexOf('*')
  if (star === -1) return pattern === value
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after)
}

const CORS_METHODS = new Set(['GET', 'PUT', 'DELETE', 'POST', 'HEAD'])
const MAX_AGE_SECONDS = 999_999_999

function isSeconds(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_AGE_SECONDS
}

function isVisible(text: string): boolean {
  return text !== '' && /^[\x21-\x7e]*$/.test(text)
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
function isToken(text: string): boolean {
  return text !== '' && /^[\w!#$%&'*+.^`|~-]*$/.test(text)
}
