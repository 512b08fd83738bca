import { createForm } from '../sign/create-form.ts'
import { jsonResponse } from './answers.ts'
import type { IssuerContext } from './context.ts'
import { grantUpload } from './grant.ts'
import { parseIssueRequest } from './issue-request.ts'
import { readJsonBody, routeMember } from './json-body.ts'

/** `POST /uploads`: may this file be uploaded? Then the form that does it. */
export async function uploads(context: IssuerContext, request: Request): Promise<Response> {
  const body = await readJsonBody(request)
  const admission = await context.admit(request, routeMember(body))
  const asked = parseIssueRequest(body)
  const at = context.now()
  const { signer } = await context.storage.signing()
  return jsonResponse(createForm(grantUpload(admission, asked, context.storage, at), signer, at))
}
