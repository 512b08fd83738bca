import type { ErrorRow } from './error-table.ts'

/**
 * What an issuer says about completion, callbacks and the storage behind it. A browser that does not know such a row reads it as
 * `issuer-refused`, with the issuer's own sentence.
 */
// biome-ignore format: a table is read by its columns
export const ISSUER_ERRORS = {
  'upload-token-invalid': { status: 403, oss: 'AccessDenied', retry: 'never', title: 'This is no token of an upload' },
  'upload-token-expired': { status: 403, oss: 'AccessDenied', retry: 'fresh-form', title: 'The token of the upload has expired' },
} as const satisfies Record<string, ErrorRow>
