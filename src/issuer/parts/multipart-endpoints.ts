import * as v from 'valibot'
import { PosternError } from '../../base/issuer-errors.ts'
import { MAX_PARTS } from '../../base/limits.ts'
import { jsonResponse } from '../answers.ts'
import { completionAnswer } from '../completion/completion-answer.ts'
import type { IssuerContext } from '../context.ts'
import { parsePartsRequest } from '../issue-request.ts'
import { parseBody, readJsonBody, routeMember } from '../json-body.ts'
import { presignPut } from '../presigned-put.ts'
import { objectUrl } from '../storage/object-url.ts'
import {
  abortUpload,
  beginUpload,
  finishUpload,
  listUpload,
  type MultipartFacts,
  ownUpload,
} from './multipart-upload.ts'
import { cutInto, type PartPlan, partBytes, planParts } from './part-plan.ts'

/** Ours: how many parts are signed at once. They are signed just in time, so none of them waits long. */
export const MAX_SIGNED_PARTS = 100

/** What goes along with a part. A browser sends the type of the file, or none, as the piece of it says; so it is told. */
export const PART_HEADERS = { 'Content-Type': 'application/octet-stream' }

const NUMBERS = `must be a list of whole numbers from 1 to ${MAX_PARTS}`

const Token = v.string('must be text')
const TokenBody = v.object(
  { token: Token },
  'The body must be {"token": "…"}: the token that came when the upload began.',
)
const PartsBody = v.object(
  {
    token: Token,
    partNumbers: v.pipe(
      v.array(
        v.pipe(v.number(NUMBERS), v.integer(NUMBERS), v.minValue(1, NUMBERS), v.maxValue(MAX_PARTS, NUMBERS)),
        NUMBERS,
      ),
      v.minLength(1, 'is empty'),
      v.maxLength(MAX_SIGNED_PARTS, `has over ${MAX_SIGNED_PARTS} entries; ask again for the others`),
    ),
  },
  'The body must be {"token": "…", "partNumbers": [1, 2]}.',
)

/** `POST /uploads/multipart`: may this file be uploaded? Then an upload in parts is begun, and told by its token. */
export async function beginMultipart(context: IssuerContext, request: Request): Promise<Response> {
  const body = await readJsonBody(request)
  const admission = await context.admit(request, routeMember(body))
  const { partSize: wish, ...asked } = parsePartsRequest(body)
  const { partSize, count } = planParts(asked.size, wish)
  const facts = await beginUpload(context, admission, { asked, size: asked.size }, partSize)
  const token = context.tokens.write(facts)
  return jsonResponse({
    token,
    key: facts.key,
    url: objectUrl(context.storage, facts.key),
    partSize,
    parts: count,
    expiresAt: new Date(facts.expires).toISOString(),
  })
}

/** `POST /uploads/multipart/parts`: the presigned PUTs of these parts, each with its exact length. */
export async function signParts(context: IssuerContext, request: Request): Promise<Response> {
  const { token, partNumbers } = parseBody(PartsBody, await readJsonBody(request))
  const { facts, admission } = await ownUpload(context, request, token)
  const plan = planOf(facts)
  const signing = await context.storage.signing()
  const at = context.now()
  const parts = [...new Set(partNumbers)].map((number) => {
    if (number > plan.count) throw beyond(number, plan)
    const { key, uploadId, size = 0 } = facts
    const query = partQuery(uploadId, number)
    const bytes = partBytes(plan, size, number)
    const { expiresInSeconds } = admission.rules
    const put = presignPut(signing, { key, query, headers: PART_HEADERS, size: bytes, expiresInSeconds }, at)
    return { partNumber: number, start: plan.partSize * (number - 1), size: bytes, ...put }
  })
  return jsonResponse({ parts })
}

/** `POST /uploads/multipart/list`: which parts the storage has, to go on after a break. */
export async function listMultipart(context: IssuerContext, request: Request): Promise<Response> {
  const { facts } = await uploadOf(context, request)
  const { partSize, count } = planOf(facts)
  const stored = await listUpload(context, facts)
  return jsonResponse({
    partSize,
    parts: count,
    stored: stored.map(({ number, size }) => ({ partNumber: number, size })),
  })
}

/** `POST /uploads/multipart/complete`: the parts become the object, and the application hears of it. */
export async function completeMultipart(context: IssuerContext, request: Request): Promise<Response> {
  const own = await uploadOf(context, request)
  const numbers = Array.from({ length: planOf(own.facts).count }, (_, index) => index + 1)
  const { reported, object } = await finishUpload(context, own, numbers)
  return jsonResponse(completionAnswer(context.storage, reported, object))
}

/** `POST /uploads/multipart/abort`: the upload and its parts are gone. */
export async function abortMultipart(context: IssuerContext, request: Request): Promise<Response> {
  const { facts } = await uploadOf(context, request)
  await abortUpload(context, facts)
  return jsonResponse({ aborted: facts.key })
}

/** The query of a part's PUT. */
export function partQuery(uploadId: string, number: number): readonly (readonly [string, string])[] {
  return [
    ['partNumber', `${number}`],
    ['uploadId', uploadId],
  ]
}

async function uploadOf(context: IssuerContext, request: Request): ReturnType<typeof ownUpload> {
  const { token } = parseBody(TokenBody, await readJsonBody(request))
  return await ownUpload(context, request, token)
}

/** Those of Uppy are cut by Uppy; they have addresses of their own. */
function planOf({ size, partSize }: MultipartFacts): PartPlan {
  if (size !== undefined && partSize !== undefined) return cutInto(size, partSize)
  throw new PosternError(
    'upload-token-invalid',
    'This upload is cut by whoever sends it. It goes on at /s3/multipart, where it began.',
  )
}

function beyond(number: number, { count }: PartPlan): PosternError {
  return new PosternError('issue-request-malformed', `"partNumbers" has ${number}; this upload has ${count} parts.`)
}
