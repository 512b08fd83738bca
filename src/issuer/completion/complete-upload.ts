import * as v from 'valibot'
import { PosternError } from '../../base/issuer-errors.ts'
import { jsonResponse } from '../answers.ts'
import type { IssuerContext } from '../context.ts'
import { readJsonBody } from '../json-body.ts'
import { completionAnswer } from './completion-answer.ts'
import { needObject } from './need-object.ts'

const Body = v.strictObject({ token: v.string() })

/**
 * `POST /uploads/complete`: the browser tells of an upload, where the storage does not, or has not. The storage is asked what
 * it has; then the application hears of it. What is stored goes back, and what the application says.
 */
export async function completeUpload(context: IssuerContext, request: Request): Promise<Response> {
  const { storage, tokens, admitAgain, completion, now } = context
  const facts = tokens.read(parseToken(await readJsonBody(request)), now())
  const { caller } = await admitAgain(request, facts.route)
  if (caller.id !== facts.user) throw unusable('This token was given to somebody else. Ask for a form of your own.')
  if (facts.keyIsPrefix) throw unusable('This token is for a whole folder, whose uploads the storage reports itself.')
  const object = await needObject(context, facts.key)
  return jsonResponse(completionAnswer(storage, await completion.complete(facts, object), object))
}

function parseToken(body: unknown): string {
  const result = v.safeParse(Body, body)
  if (result.success) return result.output.token
  throw new PosternError(
    'issue-request-malformed',
    'The body must be {"token": "…"}: the token that came with the form.',
  )
}

function unusable(detail: string): PosternError {
  return new PosternError('upload-token-invalid', detail)
}
