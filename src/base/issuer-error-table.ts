import type { ErrorRow } from './error-table.ts'

/**
 * What an issuer says about completion, callbacks and the storage behind it. A browser that does not know such a row reads it as
 * `issuer-refused`, with the issuer's own sentence.
 */
// biome-ignore format: a table is read by its columns
export const ISSUER_ERRORS = {
  'upload-token-invalid': { status: 403, oss: 'AccessDenied', retry: 'never', title: 'This is no token of an upload' },
  'upload-token-expired': { status: 403, oss: 'AccessDenied', retry: 'fresh-form', title: 'The token of the upload has expired' },
  'credential-unavailable': { status: 503, oss: 'ServiceUnavailable', retry: 'same-form', title: 'The issuer has no credential to sign with' },
  'storage-refused': { status: 502, oss: 'ServiceUnavailable', retry: 'never', title: 'The storage refused what the issuer asked of it' },
  'upload-gone': { status: 404, oss: 'NoSuchUpload', retry: 'fresh-form', title: 'There is no such multipart upload, or no longer' },
  'upload-incomplete': { status: 409, oss: 'InvalidPart', retry: 'same-form', title: 'Parts of the upload are missing' },
  'upload-missing': { status: 404, oss: 'NoSuchKey', retry: 'same-form', title: 'The storage has no such object' },
  'upload-mismatch': { status: 409, oss: 'InvalidArgument', retry: 'never', title: 'What is stored is not what was allowed' },
  'upload-unconfirmed': { status: 503, oss: 'ServiceUnavailable', retry: 'same-form', title: 'The application has not confirmed the upload' },
  'callback-malformed': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'This is no callback of ours' },
  'callback-unverified': { status: 403, oss: 'AccessDenied', retry: 'never', title: 'The callback is not signed by a trusted storage' },
  'callback-key-unreachable': { status: 502, oss: 'ServiceUnavailable', retry: 'same-form', title: 'The key of the storage could not be fetched' },
  'origin-denied': { status: 403, oss: 'AccessDenied', retry: 'never', title: 'Pages of this origin may not use the issuer' },
  'authorizer-unavailable': { status: 503, oss: 'ServiceUnavailable', retry: 'same-form', title: 'Nobody can say now who may upload' },
} as const satisfies Record<string, ErrorRow>
