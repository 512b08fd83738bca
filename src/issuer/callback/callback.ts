import { PosternError } from '../../base/issuer-errors.ts'
import { jsonResponse } from '../answers.ts'
import { readBoundedBody } from '../bounded-bytes.ts'
import { checkObject, mismatch } from '../completion/check-object.ts'
import { applicationAnswer } from '../completion/completion-answer.ts'
import { needObject } from '../completion/need-object.ts'
import type { IssuerContext } from '../context.ts'
import type { StoredObject } from '../storage/storage-client.ts'
import type { CallbackRules } from './callback-options.ts'
import { type CallbackBody, parseCallbackBody } from './parse-callback-body.ts'
import { createPublicKeys } from './public-keys.ts'
import { needHeader, verifyCallback } from './verify-callback.ts'

/** Ours; a token and a key, each percent-encoded, and little else. */
export const MAX_CALLBACK_BODY_BYTES = 32 * 1024
/** A storage waits 5 seconds for the whole answer: docs/spec/callback.md section 4. */
const ANSWER_WITHIN_MS = 4500

/**
 * `POST /callback`: the storage tells of an upload. Its words are believed once they are signed, about an upload that was
 * allowed, and what the storage has itself; then the application hears of it, and its answer goes back.
 */
export function createCallback(rules: CallbackRules): (context: IssuerContext, request: Request) => Promise<Response> {
  const keys = createPublicKeys({ urls: rules.keyUrls })
  return async (context, request) => {
    const began = performance.now()
    const body = await readBody(request)
    const key = await keys.find(needHeader(request.headers, 'x-oss-pub-key-url'))
    verifyCallback({ headers: request.headers, body, url: rules.url, receivedAt: request.url }, key)
    const said = parseCallbackBody(body)
    const facts = context.tokens.read(said.token, context.now())
    checkBucket(said, context.storage.bucket)
    const { mark } = facts
    const told = mark === undefined ? said.object : { ...said.object, mark } // it came with the token, in one form
    checkObject(facts, told)
    const object = rules.confirm ? await confirmed(context, said.object) : told
    const left = ANSWER_WITHIN_MS - (performance.now() - began)
    return jsonResponse(applicationAnswer(await context.completion.complete(facts, object, left)))
  }
}

async function readBody(request: Request): Promise<Uint8Array> {
  const body = await readBoundedBody(request, MAX_CALLBACK_BODY_BYTES)
  if (body !== undefined) return body
  throw new PosternError('callback-malformed', `Its body is over ${MAX_CALLBACK_BODY_BYTES} bytes.`)
}

function checkBucket({ bucket }: CallbackBody, ours: string): void {
  if (bucket !== ours) throw mismatch('The object is in another bucket than this issuer writes forms for.', 'bucket')
}

/**
 * The object as the storage describes it. OSS's signature says that OSS sent a callback, of anybody's bucket and with any
 * body: docs/decisions/0023-callbacks-are-confirmed.md
 */
async function confirmed(context: IssuerContext, said: StoredObject): Promise<StoredObject> {
  const object = await needObject(context, said.key)
  if (object.etag.toUpperCase() === said.etag.toUpperCase()) return object
  throw mismatch('The storage has an object under this key, with another ETag than the callback says.', 'etag')
}
