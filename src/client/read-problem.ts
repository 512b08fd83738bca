import { type Facts, PosternError } from '../base/errors.ts'
import { isErrorCode, withoutBeginning } from './read-error.ts'

const OWN_MEMBERS = new Set(['type', 'title', 'status', 'detail', 'instance', 'code'])

/**
 * An issuer's problem → the error that the issuer made it of. An answer that is none becomes `issuer-refused`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3
 */
export function readProblem(url: string, status: number, body: unknown): PosternError {
  const members = new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : [])
  const code = members.get('code')
  const detail = members.get('detail') ?? members.get('title')
  if (typeof detail !== 'string') return noIssuer(url, status)
  if (!isErrorCode(code)) return new PosternError('issuer-refused', detail, { Status: String(status) })
  return new PosternError(code, withoutBeginning(code, detail), factsOf(members))
}

function factsOf(members: ReadonlyMap<string, unknown>): Facts {
  const facts: [string, string][] = []
  for (const [name, value] of members) {
    if (typeof value === 'string' && !OWN_MEMBERS.has(name)) facts.push([name, value])
  }
  return Object.fromEntries(facts)
}

function noIssuer(url: string, status: number): PosternError {
  const detail = `${url} answered with status ${status} and neither a form nor a reason. Is it an issuer's address?`
  return new PosternError('issuer-refused', detail, { Status: String(status) })
}
