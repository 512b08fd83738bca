import { expect, test } from 'vitest'
import {
  type Answer,
  fileStore,
  formEntries,
  kept,
  post,
  postEntries,
  signed,
  type TestEntry,
} from '../../../test/store-client.ts'

/** The table of docs/spec/post-object.md section 7, row by row, as far as a form alone brings it about. */

const store = await fileStore()
await post(store, signed({ key: 'there' }))

const KEY = { key: 'refused' }
const entries = (more: readonly TestEntry[], file: Partial<TestEntry> = {}) =>
  postEntries(store, [...more, ...formEntries(signed(KEY), file)])

interface Row {
  readonly cause: string
  readonly sent: () => Promise<Answer>
  readonly status: number
  readonly code: string
  readonly begins: string
  readonly ec?: string
  readonly facts?: Readonly<Record<string, string>>
}

const MALFORMED = 'The body of your POST request is not well-formed multipart/form-data'
const ONE_FILE = 'POST requires exactly one file upload per request.'

const rows: Row[] = [
  {
    cause: 'an entry without a name',
    sent: () => entries([{ name: '', value: '' }]),
    status: 400,
    code: 'MalformedPOSTRequest',
    begins: MALFORMED,
    ec: '0006-00000109',
  },
  {
    cause: 'no key before the file',
    sent: () => post(store, signed({})),
    status: 400,
    code: 'InvalidArgument',
    begins:
      "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the fields",
  },
  {
    cause: 'another Content-Type',
    sent: () => post(store, signed(KEY), { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    status: 400,
    code: 'RequestIsNotMultiPartContent',
    begins: 'Bucket POST must be of the enclosure-type multipart/form-data.',
  },
  {
    cause: 'no file',
    sent: () =>
      postEntries(
        store,
        Object.entries(signed(KEY)).map(([name, value]) => ({ name, value })),
      ),
    status: 400,
    code: 'IncorrectNumberOfFilesInPOSTRequest',
    begins: ONE_FILE,
    ec: '0006-00000107',
  },
  {
    cause: 'two files',
    sent: () => postEntries(store, [...formEntries(signed(KEY)), { name: 'file', value: 'x' }]),
    status: 400,
    code: 'IncorrectNumberOfFilesInPOSTRequest',
    begins: ONE_FILE,
  },
  {
    cause: 'an odd header in the file entry',
    sent: () => entries([], { more: '; filename="a"\r\nX-Odd: 1' }),
    status: 400,
    code: 'InvalidArgument',
    begins: 'The bucket POST contains unrecognized field name.',
  },
  {
    cause: 'a field name over 8 KB',
    sent: () => entries([{ name: 'a'.repeat(8193), value: '' }]),
    status: 400,
    code: 'FieldItemTooLong',
    begins: 'Your name of form field is too long.',
    ec: '0006-00000110',
    facts: { MaxSizeAllowed: '8192', ProposedSize: '8193' },
  },
  {
    cause: 'more than 8 MB before the file',
    sent: () => entries(Array.from({ length: 5 }, (_, at) => ({ name: `a${at}`, value: 'x'.repeat(2_000_000) }))),
    status: 400,
    code: 'MaxPOSTPreDataLengthExceededError',
    begins: 'Your POST request fields preceding the upload file were too large.',
    ec: '0006-00000112',
  },
  {
    cause: 'an encryption that OSS does not know',
    sent: () => post(store, signed({ ...KEY, 'x-oss-server-side-encryption': 'DES' })),
    status: 400,
    code: 'InvalidEncryptionAlgorithmError',
    begins: 'The encryption algorithm specified is not valid.',
  },
  {
    cause: 'an unknown access key id',
    sent: () => post(store, { ...signed(KEY), OSSAccessKeyId: 'stranger' }),
    status: 403,
    code: 'InvalidAccessKeyId',
    begins: 'The OSS Access Key Id you provided does not exist in our records.',
    ec: '0002-00000902',
    facts: { OSSAccessKeyId: 'stranger' },
  },
  {
    cause: 'no signature in a private bucket',
    sent: () => post(store, KEY),
    status: 403,
    code: 'AccessDenied',
    begins: 'You have no right to access this object because of bucket acl.',
  },
  {
    cause: 'a field that the policy names and the form has not',
    sent: () => post(store, signed(KEY, [{ op: 'in', field: 'x-oss-meta-a', values: ['b', 'c'] }])),
    status: 403,
    code: 'AccessDenied',
    begins: 'Invalid according to Policy: Policy Condition failed: ["in", "$x-oss-meta-a", ["b", "c"]]',
    ec: '0006-00000226',
  },
  {
    cause: 'a bucket that is not there',
    sent: () => post(store, signed(KEY), { bucket: 'nowhere' }),
    status: 404,
    code: 'NoSuchBucket',
    begins: 'The specified bucket does not exist.',
    facts: { BucketName: 'nowhere' },
  },
  {
    cause: 'an object that must not be overwritten',
    sent: () => post(store, signed({ key: 'there', 'x-oss-forbid-overwrite': 'true' })),
    status: 409,
    code: 'FileAlreadyExists',
    begins: 'The object you specified already exists and can not be overwritten.',
  },
]

test.each(rows)('$cause → $status $code', async ({ sent, status, code, begins, ec, facts = {} }) => {
  const { error, headers, ...answer } = await sent()
  expect({ status: answer.status, code: error.get('Code'), ec: error.get('EC') }).toEqual({ status, code, ec })
  expect(error.get('Message')?.slice(0, begins.length)).toBe(begins)
  expect(Object.fromEntries(error)).toMatchObject(facts)
  expect(headers['x-oss-ec']).toBe(ec)
  expect(await kept(store, 'refused')).toBeUndefined()
})
