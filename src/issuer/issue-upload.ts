import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { createForm, type FormGrant } from '../sign/create-form.ts'
import type { Admission } from './authorize/admit.ts'
import { callbackFields } from './callback/callback-field.ts'
import type { IssuerContext } from './context.ts'
import { grantUpload } from './grant.ts'
import type { AskedFile } from './issue-request.ts'
import type { CountedUpload } from './limits/limits.ts'
import { forbidsOverwrite } from './object-headers.ts'
import { createPut, type PutUpload } from './put-upload.ts'
import type { Signing } from './storage/storage.ts'
import { uploadFacts } from './token/upload-facts.ts'

/** A form, or one presigned PUT where the storage takes no forms; and the token that names the upload. */
export type IssuedUpload = (UploadForm | PutUpload) & { readonly token: string }

/** May this file be uploaded? It is counted, then answered. */
export async function issueUpload(
  context: IssuerContext,
  admission: Admission,
  { asked, size }: AskedFile,
  signing: Signing,
): Promise<IssuedUpload> {
  const { storage, tokens, limits, now } = context
  const at = now()
  const grant = grantUpload(admission, asked, storage, at)
  if (grant.key !== undefined) context.about.key = grant.key
  const { size: _, ...facts } = uploadFacts(admission, grant, at, asked)
  const mayBeAny = !storage.takesForms && size === undefined // nothing bounds such a PUT
  const most = mayBeAny ? MAX_OBJECT_BYTES : (grant.maxSize ?? MAX_OBJECT_BYTES)
  await limits.countUpload(admission, countedUpload(facts.id, grant, most, at))
  const token = tokens.write({ ...facts, ...(size !== undefined && { size }) })
  if (!storage.takesForms) return { ...createPut(grant, size, signing, storage, at), token }
  return { ...createForm(reported(context, admission, grant, token), signing.signer, at), token }
}

/** A form may store as much as its policy allows, whatever was announced. Only OSS can forbid a form to do it again. */
function countedUpload(id: string, grant: FormGrant, bytes: number, at: Date): CountedUpload {
  const isOnce = forbidsOverwrite(grant.fields ?? {})
  return { id, bytes, expires: at.getTime() + grant.expiresInSeconds * 1000, isOnce }
}

/** The storage calls back with the token, where it does. */
function reported({ callback }: IssuerContext, { rules }: Admission, grant: FormGrant, token: string): FormGrant {
  if (callback === undefined || !rules.callback) return grant
  return { ...grant, fields: { ...grant.fields, ...callbackFields(callback, token) } }
}
