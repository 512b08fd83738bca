import type { StoreCode } from '../base/browser-codes.ts'
import { type Facts, PosternError, type Retry } from '../base/errors.ts'
import { readElements } from '../base/xml.ts'
import type { Answer } from './transport.ts'
import { retryOf } from './what-next.ts'

/**
 * What a store's refusal is called here. What has a space is how a message begins; else it is a piece of a `Code`, OSS's or
 * S3's. The first that fits counts.
 *
 * @see docs/spec/post-object.md section 7
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
// biome-ignore format: a table is read by its columns
const REFUSALS: readonly (readonly [code: StoreCode, signs: string, retry?: Retry])[] = [
  ['policy-expired', 'Policy expired', 'fresh-form'],
  ['request-expired', 'Request has expired', 'fresh-form'],
  ['date-ahead', 'Request is not valid yet', 'fresh-form'],
  ['security-token-expired', 'TokenExpired|ExpiredToken', 'fresh-form'],
  ['upload-not-found', 'NoSuchUpload', 'fresh-form'],
  ['store-busy', 'Unavailable|SlowDown|TooManyReq|LimitExceeded|OperationAborted', 'same-form'],
  ['internal-error', 'InternalError', 'same-form'],
  ['body-incomplete', 'IncompleteBody', 'same-form'],
  ['body-too-slow', 'RequestTimeout', 'same-form'],
  ['digest-mismatch', 'Digest', 'same-form'],
  ['store-full', 'InsufficientStorage', 'same-form'],
  ['condition-failed', 'Policy Condition failed'],
  ['field-not-covered', 'Extra input fields'],
  ['bucket-acl-denied', 'AccessDenied'],
  ['signature-mismatch', 'Signature'],
  ['request-time-skewed', 'TimeTooSkewed'],
  ['access-key-id-unknown', 'AccessKeyId|Token'],
  ['policy-malformed', 'PolicyDocument'],
  ['form-malformed', 'POST|MultiPart|FieldItem'],
  ['file-too-large', 'EntityTooLarge'],
  ['file-too-small', 'EntityTooSmall'],
  ['key-invalid', 'ObjectName|KeyTooLong'],
  ['object-exists', 'FileAlreadyExists|FileImmutable|Precondition'],
  ['bucket-not-found', 'NoSuchBucket|InvalidBucketName'],
  ['part-invalid', 'InvalidPart'],
  ['cors-forbidden', 'AccessForbidden'],
  ['callback-failed', 'Callback'],
  ['request-invalid', 'InvalidRequest|Authorization|Argument|Encryption|Metadata|ContentLength|XML|InvalidURI|NotImpl|NotAllowed'],
]
const SHOWN_CHARACTERS = 200

/**
 * A store's refusal → the error it stands for. What is not known, or is no store's answer, becomes `store-refused` with what
 * came in its facts.
 */
export function readError({ status, body }: Pick<Answer, 'status' | 'body'>): PosternError {
  const { Message = '', ...facts }: Facts = Object.fromEntries(readElements(body, 'Error') ?? [])
  const { Code } = facts
  if (Code === undefined) return noStore(status, body)
  const said = Message.replace('Invalid according to Policy: ', '')
  const isSign = (sign: string) => (sign.includes(' ') ? said.startsWith(sign) : Code.includes(sign))
  for (const [code, signs, retry = 'never'] of REFUSALS)
    if (signs.split('|').some(isSign))
      return new PosternError(code, Message, { ...conditionOf(code, said), ...facts }, { retry })
  return new PosternError('store-refused', Message, { ...facts, Message }, { retry: retryOf(status) })
}

/** OSS writes the condition into its message: `Policy Condition failed: ["eq", "$key", "a"]`. */
function conditionOf(code: StoreCode, said: string): Facts {
  const Condition = code === 'condition-failed' && said.slice(said.indexOf('['), said.lastIndexOf(']') + 1)
  return Condition ? { Condition } : {}
}

function noStore(status: number, body: string): PosternError {
  const detail = `The answer (status ${status}) is not a store's. Is the address of the form that of a bucket?`
  const facts = { Status: `${status}`, Body: body.slice(0, SHOWN_CHARACTERS) }
  return new PosternError('store-refused', detail, facts, { retry: retryOf(status) })
}
