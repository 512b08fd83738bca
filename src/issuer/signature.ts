import { PosternError } from '../base/issuer-errors.ts'
import { createForm, type FormGrant } from '../sign/create-form.ts'
import type { Admission } from './authorize/admit.ts'
import { callbackHolding } from './callback/callback-field.ts'
import type { IssuerContext } from './context.ts'
import { grantSignature } from './grant.ts'
import type { RouteRules } from './route.ts'
import { type AnswerShape, signatureResponse } from './signature-answer.ts'
import type { Storage } from './storage/storage.ts'
import { uploadFacts } from './token/upload-facts.ts'
import type { UploadFacts } from './token/upload-token.ts'

/** `GET /get_post_signature_for_oss_upload`: the form's parts, as the vendor's front ends read them. */
export async function signature(
  context: IssuerContext,
  request: Request,
  query: string | undefined,
): Promise<Response> {
  const { storage } = context
  const admission = await context.admit(request, routeOf(query))
  const { rules } = admission
  const shape = answerShape(rules, storage)
  const at = context.now()
  const { signer } = await storage.signing()
  const grant = grantSignature(admission, storage, at)
  context.about.key = grant.keyPrefix
  const facts = uploadFacts(admission, grant, at)
  const expires = at.getTime() + rules.expiresInSeconds * 1000
  await context.limits.countUpload(admission, { id: facts.id, bytes: rules.maxSize, expires, isOnce: false })
  const form = createForm(withCallback(context, shape, admission, grant, facts), signer, at)
  const host = storage.url.slice(0, -1) // front ends put a `/` behind it
  const expiresAt = new Date(form.expiresAt)
  return signatureResponse(shape, { fields: form.fields, host, dir: grant.keyPrefix, expiresAt })
}

/** These front ends know no field for a token, so it goes inside of the callback; those of `pascal` know no callback either. */
function withCallback(
  { callback, tokens }: IssuerContext,
  shape: AnswerShape,
  { rules }: Admission,
  grant: FormGrant,
  facts: UploadFacts,
): FormGrant {
  if (callback === undefined || !rules.callback || shape === 'pascal') return grant
  return { ...grant, fields: { ...grant.fields, callback: callbackHolding(callback, tokens.write(facts)) } }
}

/** The route that a query names. */
export function routeOf(query: string | undefined): string | undefined {
  return query === undefined ? undefined : (new URLSearchParams(query).get('route') ?? undefined)
}

function answerShape({ answer }: RouteRules, { scheme }: Storage): AnswerShape {
  if (answer !== undefined) return answer
  const detail = `Front ends that ask here cannot send a form as this issuer signs it (${scheme}). Ask POST /uploads.`
  throw new PosternError('path-not-found', detail)
}
