import * as v from 'valibot'
import { PosternError } from '../../base/issuer-errors.ts'
import { MAX_PARTS } from '../../base/limits.ts'
import { jsonResponse } from '../answers.ts'
import { applicationAnswer } from '../completion/completion-answer.ts'
import type { IssuerContext } from '../context.ts'
import { parseBody, readJsonBody } from '../json-body.ts'
import { MAX_SIGNED_PARTS, PART_HEADERS, partQuery } from '../parts/multipart-endpoints.ts'
import {
  abortUpload,
  beginUpload,
  finishUpload,
  listUpload,
  type MultipartFacts,
  ownUpload,
} from '../parts/multipart-upload.ts'
import { presignPut } from '../presigned-put.ts'
import { objectUrl } from '../storage/object-url.ts'
import { fileOfBody, parseFile, routeOfFile } from './read-file.ts'

/** No part that Uppy cuts is smaller, but the last. */
const MIN_UPPY_PART_BYTES = 5 * 1024 * 1024

/** Ten thousand parts as Uppy lists them, each with its ETag, take 0.7 MB and have three pieces each. */
const PART_LIST_BOUNDS = { maxBytes: 1024 * 1024, maxPieces: 4 * MAX_PARTS }

const PARTS = `must be a list of parts, each with a PartNumber from 1 to ${MAX_PARTS}`
const PartNumber = v.pipe(v.number(PARTS), v.integer(PARTS), v.minValue(1, PARTS), v.maxValue(MAX_PARTS, PARTS))
const PartList = v.object(
  {
    parts: v.pipe(
      v.array(v.object({ PartNumber }, PARTS), PARTS),
      v.minLength(1, 'is empty'),
      v.maxLength(MAX_PARTS, `has over ${MAX_PARTS} entries`),
    ),
  },
  'The body must be {"parts": [{"PartNumber": 1, "ETag": "…"}]}.',
)

/**
 * `POST /s3/multipart`: an upload in parts is begun. What Uppy takes for the upload's id is our token: it keeps it in the
 * browser, where anybody could write another id in its place.
 */
export async function beginUppyUpload(context: IssuerContext, request: Request): Promise<Response> {
  const told = fileOfBody(await readJsonBody(request))
  const admission = await context.admit(request, routeOfFile(told))
  const facts = await beginUpload(context, admission, parseFile(told, admission.rules))
  return jsonResponse({ key: facts.key, uploadId: context.tokens.write(facts), bucket: context.storage.bucket })
}

/** `GET /s3/multipart/<id>`, `…/<number>` and `…/batch`: the parts that are there, or the URL of one to send, or of several. */
export async function readUppyUpload(
  context: IssuerContext,
  request: Request,
  query: string | undefined,
  rest: string,
): Promise<Response> {
  const [token, what, ...more] = segments(rest)
  if (more.length > 0) throw nothingAt(rest)
  const { facts, admission } = await ownUpload(context, request, token)
  checkKey(facts, query)
  if (what === undefined) return await listResponse(context, facts)
  const signPart = await partSigner(context, facts, admission.rules.expiresInSeconds)
  if (what !== 'batch') return jsonResponse(signPart(readNumber(what, facts), PART_HEADERS))
  const numbers = batchNumbers(query).map((text) => readNumber(text, facts))
  const urls = numbers.map((number) => [number, signPart(number, {}).url] as const) // whoever asks for these sends pieces without a type
  return jsonResponse({ presignedUrls: Object.fromEntries(urls) })
}

/** `POST /s3/multipart/<id>/complete`: the parts that Uppy names become the object. */
export async function completeUppyUpload(
  context: IssuerContext,
  request: Request,
  query: string | undefined,
  rest: string,
): Promise<Response> {
  const [token, what, ...more] = segments(rest)
  if (what !== 'complete' || more.length > 0) throw nothingAt(rest)
  const own = await ownUpload(context, request, token)
  const { facts } = own
  checkKey(facts, query)
  const { parts } = parseBody(PartList, await readJsonBody(request, PART_LIST_BOUNDS))
  const numbers = [...new Set(parts.map(({ PartNumber }) => PartNumber))].sort((a, b) => a - b)
  const { reported } = await finishUpload(context, own, numbers)
  const { key } = facts
  return jsonResponse({
    location: objectUrl(context.storage, key),
    bucket: context.storage.bucket,
    key,
    answer: applicationAnswer(reported),
  })
}

/** `DELETE /s3/multipart/<id>`: the upload and its parts are gone. */
export async function abortUppyUpload(
  context: IssuerContext,
  request: Request,
  query: string | undefined,
  rest: string,
): Promise<Response> {
  const [token, ...more] = segments(rest)
  if (more.length > 0) throw nothingAt(rest)
  const { facts } = await ownUpload(context, request, token)
  checkKey(facts, query)
  await abortUpload(context, facts)
  return jsonResponse({})
}

async function listResponse(context: IssuerContext, facts: MultipartFacts): Promise<Response> {
  const parts = await listUpload(context, facts)
  return jsonResponse(parts.map(({ number, size, etag }) => ({ PartNumber: number, Size: size, ETag: etag })))
}

interface SignedPart {
  readonly method: 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Seconds. */
  readonly expires: number
}

async function partSigner(
  { storage, now }: IssuerContext,
  { key, uploadId }: MultipartFacts,
  expiresInSeconds: number,
): Promise<(number: number, headers: Readonly<Record<string, string>>) => SignedPart> {
  const signing = await storage.signing()
  const at = now()
  return (number, headers) => {
    const query = partQuery(uploadId, number)
    const put = presignPut(signing, { key, query, headers, expiresInSeconds }, at)
    const expires = Math.floor((Date.parse(put.expiresAt) - at.getTime()) / 1000)
    return { method: put.method, url: put.url, headers: put.headers, expires }
  }
}

/** Uppy names the key beside the id; a key that is not the upload's is a mistake of somebody's. */
function checkKey({ key }: MultipartFacts, query: string | undefined): void {
  const named = new URLSearchParams(query).get('key')
  if (named !== null && named !== key)
    throw new PosternError('upload-token-invalid', 'This upload has another key than the one in the query.')
}

/** No more parts than the largest file of the route has, as Uppy cuts it. */
function readNumber(text: string, { size, maxSize }: MultipartFacts): number {
  const largest = Math.min(MAX_PARTS, Math.max(1, Math.ceil((size ?? maxSize) / MIN_UPPY_PART_BYTES)))
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= largest) return number
  throw new PosternError('issue-request-malformed', `A part of this upload has a number from 1 to ${largest}.`)
}

function batchNumbers(query: string | undefined): readonly string[] {
  const numbers = (new URLSearchParams(query).get('partNumbers') ?? '').split(',')
  if (numbers.length <= MAX_SIGNED_PARTS) return numbers
  throw new PosternError(
    'issue-request-malformed',
    `"partNumbers" has over ${MAX_SIGNED_PARTS} entries; ask again for the others.`,
  )
}

/** What follows `/s3/multipart/`: a token is made of letters, digits, `-`, `_` and `.`, and needs no decoding. */
function segments(rest: string): [string, ...string[]] {
  const [token = '', ...more] = rest.split('/')
  return [token, ...more]
}

function nothingAt(rest: string): PosternError {
  return new PosternError(
    'path-not-found',
    `There is nothing at /s3/multipart/…/${rest.split('/').slice(1).join('/')}.`,
  )
}
