import { type ErrorCode, PosternError } from '../base/known-errors.ts'
import { formBucket } from '../form/form-bucket.ts'
import { type Dialect, OSS, S3 } from '../policy/dialect.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import { explainFailure } from '../policy/explain-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { verifyForm } from '../sign/verify-form.ts'
import { verifyRequest } from '../sign/verify-request.ts'
import type { Cause } from './cause.ts'
import type { Sent, SentForm, SentRequest } from './evidence.ts'
import { addressOf } from './rebuild-oss.ts'
import { targetOf } from './target.ts'

/** What a store refuses before it looks at the signature, or after: dates, scopes, the policy. Told by the store's own code. */
export function brokenRules(sent: Sent, bucket: string | undefined, now: Date): readonly Cause[] {
  return sent.kind === 'form' ? formRules(sent, now) : requestRules(sent, bucket, now)
}

function formRules({ url, fields }: SentForm, now: Date): readonly Cause[] {
  const dialect = isS3(fields) ? S3 : OSS
  const refused = refusalOf(() => verifyForm(fields, () => undefined, now, regionOption(url)))
  return [...refused, ...policyRules(fields, dialect, url, now)]
}

function requestRules(sent: SentRequest, bucket: string | undefined, now: Date): readonly Cause[] {
  const target = targetOf(sent.url)
  const isOfS3 =
    /^AWS4-/.test(sent.headers.get('authorization') ?? '') || target.query.some(([name]) => /^x-amz-/i.test(name))
  if (isOfS3) return []
  const address = addressOf(sent, target, bucket)
  return refusalOf(() => verifyRequest(address, sent.headers, () => undefined, now, regionOption(sent.url)))
}

function policyRules(
  fields: SentForm['fields'],
  dialect: Dialect,
  url: string | undefined,
  now: Date,
): readonly Cause[] {
  const encoded = fields.get('policy')
  if (encoded === undefined) return []
  return refusalOf(() => {
    const policy = parsePolicy(encoded, dialect)
    const bucket = url === undefined || !URL.canParse(url) ? undefined : formBucket(url)
    const contentType = fields.get('content-type')
    return evaluatePolicy(policy, { fields, bucket, contentType, now }, dialect)
      .filter((failure) => failure.kind !== 'absent' || !UNSEEN.has(failure.condition.field.toLowerCase()))
      .map((failure) => ({ code: `policy-${failure.kind}`, sentence: explainFailure(failure), fix: TRY }))
  })
}

/** What the work found, or the refusal that it threw. That nobody knows the key is what we asked with. */
function refusalOf(work: () => unknown): readonly Cause[] {
  try {
    const found = work()
    return Array.isArray(found) ? found : []
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    return UNTOLD.has(error.code)
      ? []
      : [{ code: error.code, sentence: error.message, fix: FIXES.get(error.code) ?? TRY }]
  }
}

/** The region that the address names: the scope must name the same. */
function regionOption(url: string | undefined): { readonly region?: string } {
  const region = /[/.]oss-([a-z]{2}-[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com/.exec(url ?? '')?.[1]
  return region === undefined ? {} : { region }
}

function isS3(fields: SentForm['fields']): boolean {
  return fields.has('awsaccesskeyid') || fields.has('x-amz-credential') || fields.has('x-amz-signature')
}

/** The address and the file may meet these, and neither is known for sure. */
const UNSEEN = new Set(['bucket', 'content-type'])
const UNTOLD: ReadonlySet<ErrorCode> = new Set(['access-key-id-unknown'])
const TRY = '"postern policy try" says more of a policy; the guide names each error.'
const FIXES: ReadonlyMap<ErrorCode, string> = new Map([
  ['credential-region', 'Write the bucket\'s own region into the scope, without "oss-".'],
  ['date-ahead', 'Set the clock of the machine that signs, and write the date in UTC.'],
  ['request-time-skewed', 'Set the clock of the machine that signs, and write the date in UTC.'],
  ['signature-too-old', 'Ask for a new form: a V4 signature lives for 7 days at most.'],
  ['request-expired', 'Make a new URL, and let it live longer.'],
  ['policy-expired', 'Ask for a new form, and let it live longer.'],
  ['credential-date', 'Write the date once, in UTC, and take its day for the scope.'],
  ['authorization-date', 'Write the date once, in UTC, and take its day for the scope.'],
  ['query-authentication-incomplete', 'Quote the URL in the shell: "&" ends a command.'],
  ['query-authentication-invalid', 'Quote the URL in the shell: "&" ends a command.'],
  ['policy-malformed', 'Encode the JSON as Base64 in one line, with padding, and send that text.'],
])
