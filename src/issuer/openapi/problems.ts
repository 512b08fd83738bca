import type { ErrorCode } from '../../base/errors.ts'
import { errorRow } from '../../base/issuer-errors.ts'
import { object, ref, type Schema, text } from './schema.ts'

/** What a program finds in a problem beside what all have: docs/guide/issuer.md. */
const FACTS = {
  'Type?': text('The type of file that was refused.'),
  'ProposedSize?': text('Bytes that were asked for.'),
  'MaxSizeAllowed?': text('Bytes that are allowed at most.'),
  'MinSizeAllowed?': text('Bytes that are needed at least.'),
  'Limit?': text('Which limit was reached.'),
  'Allowed?': text('What that limit allows.'),
  'RetryAfterSeconds?': text('After how many seconds asking again makes sense; the header Retry-After says the same.'),
  'Challenge?': text('How to say who asks; the header WWW-Authenticate says the same.'),
  'Differs?': text('What differs between what was allowed and what is stored: key, size, type, etag, bucket.'),
  'MissingParts?': text('Numbers of the parts that are not there yet; of many, the first.'),
  'Expires?': text('Until when it was good, ISO 8601.'),
  'StorageCode?': text("The storage's own code for its refusal."),
  'StorageStatus?': text("The storage's own status for its refusal."),
  'StorageRequestId?': text("The storage's own id of the request it refused."),
  'Origin?': text('The origin of the page that asked.'),
  'message?': text('The sentence of "detail" again, where Uppy reads it.'),
} as const satisfies Readonly<Record<string, Schema>>

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export const PROBLEM: Schema = object(
  {
    type: text('Names the problem; the same wherever it is described.', {
      pattern: '^urn:postern:problem:[a-z0-9-]+$',
    }),
    title: text('What the problem is, the same each time.'),
    status: { type: 'integer', description: 'The status of the response again.' },
    detail: text('What was wrong this time, and what to do, for people. It may be empty.'),
    code: text('Names the problem in one word, for programs.'),
    retry: text('What can succeed after it: nothing, the same once more, or a fresh form.', {
      enum: ['never', 'same-form', 'fresh-form'],
    }),
    ...FACTS,
  },
  { description: 'A refusal, as RFC 9457 writes it. Its facts are texts.' },
)

/** The responses that refuse, by status, for these codes. */
export function problems(...codes: readonly ErrorCode[]): Readonly<Record<string, object>> {
  const byStatus = new Map<string, ErrorCode[]>()
  for (const code of codes) {
    const status = `${errorRow(code).status}`
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].sort(byName).map(([status, some]) => [status, problemResponse(status, some)]))
}

function problemResponse(status: string, codes: readonly ErrorCode[]): object {
  const headers = HEADERS.get(status)
  return {
    description: codes.map((code) => `\`${code}\`: ${errorRow(code).title}.`).join(' '),
    ...(headers && { headers }),
    content: {
      'application/problem+json': { schema: { allOf: [ref('Problem'), { properties: { code: { enum: codes } } }] } },
    },
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } }
const HEADERS: ReadonlyMap<string, object> = new Map<string, object>([
  ['401', { 'WWW-Authenticate': { description: 'How to say who asks.', schema: { type: 'string' } } }],
  ['429', RETRY_AFTER],
  ['503', RETRY_AFTER],
])

/** Whatever lets something be stored asks who is there, and counts it. */
export const ADMISSION = [
  'caller-unknown',
  'upload-denied',
  'origin-denied',
  'route-unknown',
  'too-many-requests',
  'authorizer-unavailable',
  'internal-error',
] as const satisfies readonly ErrorCode[]

/** Whatever signs needs a credential. */
export const SIGNING = ['credential-unavailable', 'storage-unreachable'] as const satisfies readonly ErrorCode[]

/** What is said of a file before it is sent. */
export const FILE = [
  'issue-request-malformed',
  'type-not-allowed',
  'file-too-large',
  'file-too-small',
] as const satisfies readonly ErrorCode[]

/** Whoever shows a token. */
export const TOKEN = [
  'issue-request-malformed',
  'upload-token-invalid',
  'upload-token-expired',
] as const satisfies readonly ErrorCode[]

/** What ends an upload. */
export const ENDING = [
  'upload-missing',
  'upload-mismatch',
  'upload-unconfirmed',
  'storage-refused',
  'storage-unreachable',
  'credential-unavailable',
] as const satisfies readonly ErrorCode[]
