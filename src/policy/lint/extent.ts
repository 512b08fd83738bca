import { MAX_OBJECT_BYTES, MAX_SIGNATURE_LIFE_MS } from '../../base/limits.ts'
import { fileSizeRange } from '../evaluate-policy.ts'
import { bytesText, durationText } from '../phrase.ts'
import { type Finding, finding, type Severity } from './finding.ts'
import { conditionsOn, type Look, listedValues } from './look.ts'

/** How large a file may be. */
export function sizeFindings({ policy }: Look): readonly Finding[] {
  const range = fileSizeRange(policy)
  if (range === undefined) return [finding('size-open')]
  const { min, max } = range
  if (min > max) return [] // a contradiction, which is told as one
  const condition = { op: 'content-length-range', min, max } as const
  return [
    ...(max >= MAX_OBJECT_BYTES ? [finding('size-open', condition, AS_GOOD_AS_NONE)] : []),
    ...(max === SAMPLES_MAX ? [finding('size-huge', condition, FROM_A_SAMPLE)] : []),
    ...(max > LARGE && max < MAX_OBJECT_BYTES ? [finding('size-huge', condition, large(max))] : []),
    ...(min === 0 ? [finding('size-zero', condition)] : []),
  ]
}

/** How long the policy lives, from the date that it was signed at where a condition says it, else from now. */
export function lifeFindings(look: Look): readonly Finding[] {
  const { policy, now } = look
  const expiration = policy.expiration.getTime()
  if (now !== undefined && expiration <= now.getTime()) return [finding('expired')]
  const signed = signedAt(look) ?? now?.getTime()
  if (signed === undefined) return []
  const life = expiration - signed
  const severity = LIVES.find(({ over }) => life > over)?.severity
  if (severity === undefined) return []
  return [finding('life-long', undefined, { severity, title: `The policy lives for ${durationText(life)}` })]
}

function large(max: number) {
  return { severity: 'note', title: `A large upper size: ${bytesText(max)}` } as const
}

function signedAt(look: Look): number | undefined {
  for (const field of ['x-oss-date', 'x-amz-date']) {
    const [, year, month, day, hour, minute, second] =
      COMPACT_DATE.exec(listedValues(conditionsOn(look, field))?.[0] ?? '') ?? []
    if (second !== undefined) return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  }
  return undefined
}

/** 1,000 MiB, as several of the vendor's sample servers write it. @see docs/spec/direct-upload-server.md section 3 */
const SAMPLES_MAX = 1_048_576_000
const LARGE = 1024 ** 3
const AS_GOOD_AS_NONE = {
  title: "An upper size that is the store's own",
  fix: 'Allow the largest file you expect, and no more.',
} as const
const FROM_A_SAMPLE = { title: 'The upper size of a sample server: 1048576000 bytes (1000 MiB)' } as const

const MINUTE = 60_000
/** The longest first. No V4 signature is taken for longer than the first: docs/spec/post-object.md section 5 */
const LIVES: readonly { readonly over: number; readonly severity: Severity }[] = [
  { over: MAX_SIGNATURE_LIFE_MS, severity: 'error' },
  { over: 60 * MINUTE, severity: 'warning' },
  { over: 15 * MINUTE, severity: 'note' },
]
const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
