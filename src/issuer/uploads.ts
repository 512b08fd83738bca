import { jsonResponse } from './answers.ts'
import type { IssuerContext } from './context.ts'
import { issueBatch } from './issue-batch.ts'
import { isBatch, MAX_FILES, parseBatch, parseIssueRequest } from './issue-request.ts'
import { issueUpload } from './issue-upload.ts'
import { MAX_JSON_BODY_BYTES, readJsonBody, routeMember } from './json-body.ts'

/** Ours: what may be asked alone may be asked together. */
export const MAX_UPLOADS_BODY_BYTES = MAX_FILES * MAX_JSON_BODY_BYTES
/** Ours: a file with 64 names of metadata has 69. */
const MAX_UPLOADS_PIECES = MAX_FILES * 100
const BOUNDS = { maxBytes: MAX_UPLOADS_BODY_BYTES, maxPieces: MAX_UPLOADS_PIECES }

/**
 * `POST /uploads`: may this file be uploaded? Then the form that does it, and the token that names the upload. Of several
 * files, each gets its own, or the problem with it.
 */
export async function uploads(context: IssuerContext, request: Request): Promise<Response> {
  const body = await readJsonBody(request, BOUNDS)
  const admission = await context.admit(request, routeMember(body))
  if (isBatch(body)) return jsonResponse({ uploads: await issueBatch(context, admission, parseBatch(body)) })
  const asked = parseIssueRequest(body)
  const signing = await context.storage.signing()
  return jsonResponse(await issueUpload(context, admission, { asked, size: asked.size }, signing))
}
