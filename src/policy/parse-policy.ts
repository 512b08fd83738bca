import { readBase64, readUtf8, utf8 } from '../base/bytes.ts'
import { PosternError } from '../base/errors.ts'
import { MAX_CONDITIONS, MAX_POLICY_BYTES } from '../base/limits.ts'
import type { Policy } from './condition.ts'
import { type Dialect, OSS } from './dialect.ts'
import { parseCondition } from './parse-condition.ts'
import { type Json, jsonText, readJson } from './read-json.ts'

/**
 * Reads a form's `policy` field, the Base64 text, into a `Policy`; throws a `PosternError` that says what is wrong.
 *
 * @example
 * parsePolicy(form.fields.policy).expiration.toISOString() // '2026-11-24T12:00:00.000Z'
 * @see docs/spec/post-object.md section 4.1
 */
export function parsePolicy(encoded: string, dialect: Dialect = OSS): Policy {
  if (encoded.length > MAX_ENCODED_LENGTH) throw tooLarge()
  const bytes = readBase64(encoded)
  if (bytes === undefined)
    throw malformed('The policy is not Base64: encode the JSON in one line, with "=" at the end where it needs it.')
  const text = readUtf8(bytes)
  if (text === undefined) throw malformed('The policy is not text in UTF-8: encode the JSON as UTF-8, then as Base64.')
  return parsePolicyText(text, dialect)
}

/**
 * Reads the JSON of a policy, before Base64.
 *
 * @example
 * parsePolicyText('{"expiration": "2026-11-24T12:00:00Z", "conditions": [{"bucket": "photos"}]}')
 * @see docs/spec/post-object.md section 4.1
 */
export function parsePolicyText(text: string, dialect: Dialect = OSS): Policy {
  if (text.length > MAX_POLICY_BYTES || utf8(text).length > MAX_POLICY_BYTES) throw tooLarge()
  const json = readJson(text)
  if (json.kind !== 'object')
    throw malformed(
      `The policy is not a JSON object but ${jsonText(json)}: write {"expiration": …, "conditions": […]}.`,
    )
  const { members } = json
  refuseUnknownMembers(members)
  const expiration = members.get('expiration')
  const conditions = members.get('conditions')
  if (expiration === undefined && conditions === undefined)
    throw new PosternError('policy-empty', 'The policy has neither "expiration" nor "conditions"; it needs both.')
  if (expiration === undefined)
    throw new PosternError('policy-expiration-missing', 'The policy has no "expiration"; say until when it is good.')
  if (conditions === undefined)
    throw new PosternError('policy-conditions-missing', 'The policy has no "conditions"; say what it permits.')
  return { expiration: parseExpiration(expiration), conditions: parseConditions(conditions, dialect) }
}

function refuseUnknownMembers(members: ReadonlyMap<string, Json>): void {
  for (const name of members.keys())
    if (name !== 'expiration' && name !== 'conditions') {
      const shown = jsonText({ kind: 'string', value: name })
      throw new PosternError(
        'policy-member-unknown',
        `The policy has the member ${shown}; "expiration" and "conditions" are all it may have.`,
        { Member: shown },
      )
    }
}

/** Two forms only, `…T12:00:00Z` and `…T12:00:00.000Z`. @see docs/spec/post-object.md section 4.2 */
function parseExpiration(json: Json): Date {
  if (json.kind !== 'string')
    throw new PosternError('expiration-not-string', `The expiration is ${jsonText(json)}; ${EXPIRATION_ADVICE}`)
  const { value } = json
  if (value === '') throw new PosternError('expiration-empty', `The expiration is empty; ${EXPIRATION_ADVICE}`)
  const whole = value.length === 20 ? `${value.slice(0, 19)}.000Z` : value
  const date = whole.length === 24 ? new Date(whole) : undefined
  // The day after February 29 may be read as March 1: only what is written back the same was a real instant.
  if (date === undefined || Number.isNaN(date.getTime()) || date.toISOString() !== whole || !value.endsWith('Z'))
    throw new PosternError('expiration-malformed', `The expiration is ${jsonText(json)}; ${EXPIRATION_ADVICE}`)
  return date
}

function parseConditions(json: Json, dialect: Dialect): Policy['conditions'] {
  if (json.kind !== 'list')
    throw new PosternError('conditions-not-array', `The conditions are ${jsonText(json)}; they must be a list, [ … ].`)
  if (json.items.length === 0)
    throw new PosternError('conditions-empty', 'The list of conditions is empty; it needs one at least.')
  if (json.items.length > MAX_CONDITIONS)
    throw new PosternError(
      'policy-too-large',
      `The policy has ${json.items.length} conditions; ${MAX_CONDITIONS} is the most that is read.`,
    )
  return json.items.map((item, index) => parseCondition(item, index + 1, dialect))
}

function malformed(detail: string): PosternError {
  return new PosternError('policy-malformed', detail)
}

function tooLarge(): PosternError {
  return new PosternError('policy-too-large', `The policy is over ${MAX_POLICY_BYTES} bytes; shorten its conditions.`, {
    MaxSizeAllowed: String(MAX_POLICY_BYTES),
  })
}

const MAX_ENCODED_LENGTH = Math.ceil(MAX_POLICY_BYTES / 3) * 4
const EXPIRATION_ADVICE = 'write it as a string, in UTC: "2026-11-24T12:00:00.000Z" or "2026-11-24T12:00:00Z".'
