import { parseUploadForm, type UploadForm } from '../form/upload-form.ts'

/** One PUT of a whole file, where the storage takes no forms. */
export interface PresignedPut {
  readonly method: 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly key?: string
  readonly expiresAt: string
  readonly token?: string
}

export type IssuedUpload = UploadForm | PresignedPut

/** Reads what an issuer gave for one file. */
export function readIssued(value: unknown): IssuedUpload {
  return parseUploadForm(value)
}
