import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ERRORS } from '../base/error-table.ts'
import { type ErrorCode, errorRow, type Facts, PosternError, type Retry } from '../base/errors.ts'
import { REQUEST_ERRORS } from '../base/request-error-table.ts'
import '../base/request-errors.ts' // for what the store writes
import { element, text, xmlDocument } from '../base/xml.ts'
import { readError } from './read-error.ts'

function errorXml(Code: string, Message: string, extra: Facts = {}): string {
  const elements = Object.entries({ Code, Message, ...extra }).map(([name, value]) => element(name, text(value)))
  return xmlDocument(element('Error', ...elements))
}

const FRESH = 'fresh-form'
const SAME = 'same-form'

// docs/spec/post-object.md section 7; of S3, what AWS documents, and what MinIO and Ceph send
const answers: [code: string, message: string, becomes: ErrorCode, retry?: Retry][] = [
  ['AccessDenied', 'Invalid according to Policy: Policy expired.', 'policy-expired', FRESH],
  ['AccessDenied', 'Policy expired', 'policy-expired', FRESH],
  ['AccessDenied', 'Request has expired', 'request-expired', FRESH],
  ['AccessDenied', 'Request is not valid yet', 'date-ahead', FRESH],
  ['AccessDenied', 'Invalid according to Policy: Policy Condition failed: ["eq", "$key", "a"]', 'condition-failed'],
  ['AccessDenied', 'Invalid according to Policy: Extra input fields: x-oss-date', 'field-not-covered'],
  ['AccessDenied', 'You have no right to access this object because of bucket acl.', 'bucket-acl-denied'],
  ['AccessDenied', 'You are denied by bucket referer policy.', 'bucket-acl-denied'],
  ['AccessDenied', '', 'bucket-acl-denied'],
  ['SignatureDoesNotMatch', 'The request signature we calculated does not match …', 'signature-mismatch'],
  ['InvalidAccessKeyId', 'The OSS Access Key Id you provided does not exist …', 'access-key-id-unknown'],
  ['InvalidSecurityToken', 'The security token you provided is invalid.', 'access-key-id-unknown'],
  ['SecurityTokenExpired', 'The security token you provided has expired.', 'security-token-expired', FRESH],
  ['ExpiredToken', 'The provided token has expired.', 'security-token-expired', FRESH],
  ['RequestTimeTooSkewed', 'The difference between the request time and …', 'request-time-skewed'],
  ['EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', 'file-too-large'],
  ['EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 'file-too-small'],
  ['FileAlreadyExists', 'The object you specified already exists and can not be overwritten.', 'object-exists'],
  ['FileImmutable', 'The object you specified is immutable.', 'object-exists'],
  ['PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.', 'object-exists'],
  ['NoSuchBucket', 'The specified bucket does not exist.', 'bucket-not-found'],
  ['NoSuchUpload', 'The specified upload does not exist. …', 'upload-not-found', FRESH],
  ['InvalidPart', 'One or more of the specified parts could not be found …', 'part-invalid'],
  ['IncompleteBody', 'You did not provide the number of bytes …', 'body-incomplete', SAME],
  ['RequestTimeout', 'Your socket connection to the server was not read from …', 'body-too-slow', SAME],
  ['InvalidDigest', 'The Content-MD5 you specified was invalid.', 'digest-mismatch', SAME],
  ['BadDigest', 'The Content-MD5 you specified did not match what we received.', 'digest-mismatch', SAME],
  ['InternalError', 'We encountered an internal error. Please try again.', 'internal-error', SAME],
  ['ServiceUnavailable', 'Please reduce your request rate.', 'store-busy', SAME],
  ['SlowDown', 'Please reduce your request rate.', 'store-busy', SAME],
  ['SlowDownWrite', 'Resource requested is unwritable, please reduce your request rate', 'store-busy', SAME],
  ['QpsLimitExceeded', 'Qps limit exceeded.', 'store-busy', SAME],
  ['OperationAborted', 'A conflicting conditional operation is currently in progress …', 'store-busy', SAME],
  ['InvalidPolicyDocument', 'Invalid Policy: Invalid JSON: unknown char e', 'policy-malformed'],
  ['MalformedPOSTRequest', 'The body of your POST request is not well-formed …', 'form-malformed'],
  ['KeyTooLongError', 'Your key is too long.', 'key-invalid'],
  ['AuthorizationQueryParametersError', 'X-Amz-Date must be in the ISO8601 Long Format', 'request-invalid'],
  ['CallbackFailed', 'Error status : 502.', 'callback-failed'],
  ['SomethingNew', 'A new reason.', 'store-refused'],
]

test.each(answers)('%s "%s" is read as %s', (Code, message, code, retry = 'never') => {
  const error = readError({ status: 403, body: errorXml(Code, message) })
  expect(error).toMatchObject({ code, retry, message, detail: message, facts: { Code } })
})

/** `Code`s of requests that no page of ours makes: an object read, copied, tagged, listed or appended to, a bucket configured. */
const FOREIGN =
  /^(NoSuchKey|NoSuchCORSConfiguration|BadRequest|CORSRule.*|Bucket.*|.*Tag.*|TooManyTags|Symlink.*|InvalidTargetType|NotSymlink|ObjectNotAppendable|Position.*|InvalidRange)$/
const ISSUERS: ReadonlySet<string> = new Set([
  'caller-unknown',
  'upload-denied',
  'too-many-requests',
  'storage-unreachable',
])
const STORES = [...Object.keys(ERRORS), ...Object.keys(REQUEST_ERRORS)]
  .filter((code): code is ErrorCode => !ISSUERS.has(code))
  .filter((code) => errorRow(code).status > 0)

/** Families whose members differ in what helps, and whose words do not tell them apart. */
const NO_WORSE: ReadonlySet<string> = new Set(['digest-malformed'])

test.each(STORES)('%s, as a store writes it, comes back as its family, with the same hope', (code) => {
  const { oss, status, retry } = errorRow(code)
  const { message } = new PosternError(code, 'What to do.')
  const read = readError({ status, body: errorXml(oss, message) })
  expect(read.message).toBe(message)
  if (!NO_WORSE.has(code)) expect(read.retry).toBe(retry)
  if (FOREIGN.test(oss)) expect(read.facts).toMatchObject({ Code: oss })
  else expect(read.code).not.toBe('store-refused')
})

test('what the store knows beyond its message is in the facts, under the names it gave', () => {
  const extra = { RequestId: 'ABC', MaxSizeAllowed: '10', EC: '0006-00000003' }
  const { facts } = readError({ status: 400, body: errorXml('EntityTooLarge', 'Too large.', extra) })
  expect(facts).toEqual({ Code: 'EntityTooLarge', ...extra })
})

test('a condition that OSS writes into its message is a fact, which every language can tell', () => {
  const message = 'Invalid according to Policy: Policy Condition failed: ["in", "$content-type", ["image/png"]]'
  const { facts } = readError({ status: 403, body: errorXml('AccessDenied', message) })
  expect(JSON.parse(facts['Condition'] ?? '')).toEqual(['in', '$content-type', ['image/png']])
  const told = readError({ status: 403, body: errorXml('AccessDenied', message, { Condition: '["eq", "$a", "b"]' }) })
  expect(told.facts['Condition']).toBe('["eq", "$a", "b"]')
  const bare = readError({ status: 403, body: errorXml('AccessDenied', 'Policy Condition failed') })
  expect(bare.facts).toEqual({ Code: 'AccessDenied' })
})

test('a message that tells of another refusal, as a value may, is not read as that one', () => {
  const message = 'Invalid according to Policy: Policy Condition failed: ["eq", "$key", "Policy expired"]'
  expect(readError({ status: 403, body: errorXml('AccessDenied', message) }).code).toBe('condition-failed')
  expect(readError({ status: 403, body: errorXml('New', 'AccessDenied') }).code).toBe('store-refused')
})

test("an unknown refusal keeps the store's own code and words", () => {
  const { facts } = readError({ status: 403, body: errorXml('SomethingNew', 'A new reason.') })
  expect(facts).toEqual({ Code: 'SomethingNew', Message: 'A new reason.' })
})

test.each<[status: number, retry: Retry]>([
  [400, 'never'],
  [403, 'never'],
  [407, 'never'],
  [408, SAME],
  [409, 'never'],
  [428, 'never'],
  [429, SAME],
  [430, 'never'],
  [499, 'never'],
  [500, SAME],
  [502, SAME],
  [503, SAME],
])(
  'of an unknown refusal with status %i, and of an answer that is no store’s, the status says: %s',
  (status, retry) => {
    expect(readError({ status, body: errorXml('New', 'New.') })).toMatchObject({ code: 'store-refused', retry })
    const body = '<html><h1>Bad gateway</h1></html>'
    expect(readError({ status, body })).toMatchObject({
      code: 'store-refused',
      retry,
      facts: { Status: `${status}`, Body: body },
    })
  },
)

test('of a stranger’s answer only its beginning is kept', () => {
  expect(readError({ status: 502, body: 'a'.repeat(201) }).facts['Body']).toBe('a'.repeat(200))
})

test('no answer of a stranger does worse than store-refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 599 }), fc.string({ unit: 'binary', maxLength: 40 }), (status, body) => {
      expect(readError({ status, body })).toMatchObject({ name: 'PosternError', code: 'store-refused' })
    }),
  )
  const piece = fc.oneof(
    fc.constantFrom(
      '<Error>',
      '</Error>',
      '<Code>',
      '</Code>',
      '<Message>',
      '</Message>',
      '&#x',
      '&lt;',
      ';',
      '[',
      ']',
      '<',
    ),
    fc.constantFrom('AccessDenied', 'Policy Condition failed: ', 'constructor', '__proto__', 'toString'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const body = `<Error>${pieces.join('')}</Error>`
      expect(readError({ status: 400, body })).toBeInstanceOf(PosternError)
    }),
  )
  for (const Code of ['__proto__', 'constructor', 'toString'])
    expect(readError({ status: 400, body: errorXml(Code, '') }).code).toBe('store-refused')
})

test.each(['<', '[', '<a>', '&', '<Error>', '<Code>', '&lt;', '<a/>', 'a'.repeat(100)])(
  'a megabyte of %j is read at once',
  { timeout: 2000 },
  (piece) => {
    const filler = piece.repeat(1_000_000 / piece.length)
    for (const body of [filler, `<Error><Code>AccessDenied</Code><Message>Policy Condition failed: ${filler}`])
      expect(readError({ status: 400, body: `${body}</Message></Error>` })).toBeInstanceOf(PosternError)
  },
)
