import { createForm } from '../sign/create-form.ts'
import { jsonResponse } from './answers.ts'
import { callbackFields } from './callback/callback-field.ts'
import type { IssuerContext } from './context.ts'
import { grantUpload } from './grant.ts'
import { parseIssueRequest } from './issue-request.ts'
import { readJsonBody, routeMember } from './json-body.ts'
import { uploadFacts } from './token/upload-facts.ts'

/** `POST /uploads`: may this file be uploaded? Then the form that does it, and the token that names the upload. */
export async function uploads(context: IssuerContext, request: Request): Promise<Response> {
  const { storage, callback, tokens } = context
  const body = await readJsonBody(request)
  const admission = await context.admit(request, routeMember(body))
  const asked = parseIssueRequest(body)
  const at = context.now()
  const { signer } = await storage.signing()
  const grant = grantUpload(admission, asked, storage, at)
  const token = tokens.write(uploadFacts(admission, grant, at, asked))
  const reported = callback !== undefined && admission.rules.callback
  const fields = reported ? { ...grant.fields, ...callbackFields(callback, token) } : grant.fields
  return jsonResponse({ ...createForm({ ...grant, ...(fields && { fields }) }, signer, at), token })
}
