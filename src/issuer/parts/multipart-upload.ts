import { PosternError } from '../../base/issuer-errors.ts'
import type { Admission } from '../authorize/admit.ts'
import type { Reported } from '../completion/completion.ts'
import type { IssuerContext } from '../context.ts'
import { grantParts } from '../grant.ts'
import type { AskedFile } from '../issue-request.ts'
import { completionHeaders, objectHeaders } from '../object-headers.ts'
import type { StoredObject, StoredPart } from '../storage/storage-client.ts'
import { uploadFacts } from '../token/upload-facts.ts'
import type { UploadFacts } from '../token/upload-token.ts'
import { chooseParts, whyTotalRefused } from './judge-parts.ts'

/** A multipart upload that somebody was let to make: the storage's id of it is in its token, and signed with it. */
export interface MultipartFacts extends UploadFacts {
  readonly uploadId: string
}

/**
 * May this file be uploaded? Then its upload is begun at the storage, with all that the object will be.
 *
 * @param partSize bytes of each part but the last, where the issuer says how it is cut
 */
export async function beginUpload(
  context: IssuerContext,
  admission: Admission,
  { asked, size }: AskedFile,
  partSize?: number,
): Promise<MultipartFacts> {
  const { storage, client, limits, now } = context
  const at = now()
  const grant = grantParts(admission, asked, storage, at)
  const { size: _, expires: __, ...known } = uploadFacts(admission, grant, at, asked)
  const facts = { ...known, expires: at.getTime() + admission.rules.partsWithinSeconds * 1000 }
  const headers = objectHeaders(grant.fields, storage)
  await limits.countUpload(admission, {
    id: facts.id,
    bytes: size ?? facts.maxSize,
    expires: facts.expires,
    isOnce: true,
  })
  const uploadId = await client.initiateUpload(facts.key, headers).catch(async (error) => {
    await limits.uploadEnded(facts.id, 0) // it never began
    throw error
  })
  context.about.key = facts.key
  return { ...facts, ...(size !== undefined && { size }), ...(partSize !== undefined && { partSize }), uploadId }
}

/** An upload, and the leave of whoever goes on with it. */
export interface OwnUpload {
  readonly facts: MultipartFacts
  readonly admission: Admission
}

/** The upload that a token means, for whoever it was given to; their leave is asked again, because it may have been taken back. */
export async function ownUpload(
  { tokens, admitAgain, about, now }: IssuerContext,
  request: Request,
  token: string,
): Promise<OwnUpload> {
  const { uploadId, ...facts } = tokens.read(token, now())
  const admission = await admitAgain(request, facts.route)
  if (admission.caller.id !== facts.user)
    throw unusable('This token was given to somebody else. Begin an upload of your own.')
  if (uploadId === undefined) throw unusable('This token is of a form. Begin a multipart upload, and send its token.')
  about.key = facts.key
  return { facts: { ...facts, uploadId }, admission }
}

/** The parts that the storage has. */
export async function listUpload(
  { client }: IssuerContext,
  { key, uploadId }: MultipartFacts,
): Promise<readonly StoredPart[]> {
  const parts = await client.listParts(key, uploadId)
  if (parts === undefined) throw gone()
  return parts
}

/** Gives up an upload: its parts are gone. */
export async function abortUpload({ client, limits }: IssuerContext, facts: MultipartFacts): Promise<void> {
  if (!(await client.abortUpload(facts.key, facts.uploadId))) throw gone()
  await limits.uploadEnded(facts.id, 0)
}

/** The object that was made, and what came of its report. */
export interface FinishedUpload {
  readonly object: StoredObject
  readonly reported: Reported
}

/**
 * Makes the object out of these parts, and tells the application. The storage is asked which parts it has, so nobody has to
 * be believed. Asked again after it was done, it finds the object, and gives the same.
 */
export async function finishUpload(
  context: IssuerContext,
  { facts, admission }: OwnUpload,
  numbers: readonly number[],
): Promise<FinishedUpload> {
  const { client, completion } = context
  const parts = await client.listParts(facts.key, facts.uploadId)
  if (parts !== undefined) {
    const chosen = chooseParts(parts, numbers)
    await checkTotal(context, facts, chosen)
    // false: somebody was faster, and the object is there
    await client.completeUpload(facts.key, facts.uploadId, chosen, completionHeaders(admission.rules.fields))
  }
  const object = await client.headObject(facts.key)
  if (object === undefined) throw gone()
  return { object, reported: await completion.complete(facts, object) }
}

/** A scheme may sign no lengths, so the sum is looked at before there is an object; what is too much is thrown away. */
async function checkTotal(context: IssuerContext, facts: MultipartFacts, parts: readonly StoredPart[]): Promise<void> {
  const refusal = whyTotalRefused(
    facts,
    parts.reduce((sum, { size }) => sum + size, 0),
  )
  if (refusal === undefined) return
  await abortUpload(context, facts)
  throw refusal
}

function gone(): PosternError {
  return new PosternError('upload-gone', 'It was aborted, has been completed, or took too long. Begin another one.')
}

function unusable(detail: string): PosternError {
  return new PosternError('upload-token-invalid', detail)
}
