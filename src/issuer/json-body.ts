import * as v from 'valibot'
import { readUtf8 } from '../base/bytes.ts'
import { PosternError } from '../base/issuer-errors.ts'
import { readBoundedBody } from './bounded-bytes.ts'
import { whyTooHeavy } from './heavy-json.ts'

/** Ours; a file name, a type and a little metadata come nowhere near. */
export const MAX_JSON_BODY_BYTES = 16 * 1024

/** Ours; 64 names of metadata, or 100 numbers of parts, come nowhere near. */
const MAX_JSON_PIECES = 1000
/** Ours; what the issuer takes is four deep. */
const MAX_JSON_DEPTH = 8

interface JsonBodyBounds {
  readonly maxBytes: number
  /** Objects, lists, and whatever a comma divides. */
  readonly maxPieces: number
}

const USUAL: JsonBodyBounds = { maxBytes: MAX_JSON_BODY_BYTES, maxPieces: MAX_JSON_PIECES }

/** A request's body as JSON, or `issue-request-malformed`. */
export async function readJsonBody(request: Request, { maxBytes, maxPieces } = USUAL): Promise<unknown> {
  checkContentType(request.headers.get('content-type'))
  const bytes = await readBody(request, maxBytes)
  const heavy = whyTooHeavy(bytes, { maxPieces, maxDepth: MAX_JSON_DEPTH })
  if (heavy !== undefined) throw malformed(`The body ${heavy}.`)
  return parseJson(bytes)
}

type BodySchema = v.ObjectSchema<v.ObjectEntries, v.ErrorMessage<v.ObjectIssue> | undefined>

/** A value out of JSON, as a schema describes it; `issue-request-malformed` names the member that will not do. */
export function parseBody<const Schema extends BodySchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (!result.success) throw malformed(sentence(result.issues[0]))
  const stray = Object.keys(Object(value)).find((name) => !Object.hasOwn(schema.entries, name))
  if (stray !== undefined) throw malformed(`There is no member ${JSON.stringify(stray.slice(0, 64))}.`)
  return result.output
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const member = issue.path?.[0]?.key
  if (member === undefined) return issue.message
  return issue.received === 'undefined' ? `"${member}" is missing.` : `"${member}" ${issue.message}.`
}

/** The route that a body names, before anything else of it is looked at: it decides who is asked whether they may. */
export function routeMember(body: unknown): string | undefined {
  const isObject = typeof body === 'object' && body !== null && Object.hasOwn(body, 'route')
  return isObject && 'route' in body && typeof body.route === 'string' ? body.route : undefined
}

/** An HTML form or a plain `fetch` of another site cannot send this type without asking first (CORS), so it gets no form. */
function checkContentType(type: string | null): void {
  const [essence = ''] = (type ?? '').split(';', 1)
  if (essence.trim().toLowerCase() === 'application/json') return
  throw malformed('The Content-Type must be application/json.')
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const bytes = await readBoundedBody(request, maxBytes)
  if (bytes === undefined) throw malformed(`The body is over ${maxBytes} bytes.`)
  return bytes
}

function parseJson(bytes: Uint8Array): unknown {
  const text = readUtf8(bytes)
  if (text === undefined) throw malformed('The body is not UTF-8.')
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('The body is not JSON.')
  }
}

function malformed(detail: string): PosternError {
  return new PosternError('issue-request-malformed', detail)
}
