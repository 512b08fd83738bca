import { randomUUID } from 'node:crypto'
import { PosternError } from '../base/issuer-errors.ts'
import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import type { IssuerContext } from './context.ts'
import { grantUpload } from './grant.ts'
import { type IssueRequest, parseIssueRequest } from './issue-request.ts'
import { forbidsOverwrite, isUsualAcl } from './object-headers.ts'
import { presignPut } from './presigned-put.ts'
import type { RouteRules } from './route.ts'

/** What front ends call the same parameter: docs/spec/direct-upload-server.md section 1.3. */
const FILENAMES = ['filename', 'fileName']
const TYPES = ['type', 'fileType']

/**
 * `GET /get_presigned_url_for_oss_upload`: the URL of one PUT, as text. The front ends that ask here send a Content-Type and
 * nothing else, so it is signed, and no header beside it can be; a size, where it is told, is signed where the scheme can.
 */
export async function presignedUrl(
  context: IssuerContext,
  request: Request,
  query: string | undefined,
): Promise<Response> {
  const { storage, admit, limits, now } = context
  const parameters = new URLSearchParams(query)
  const admission = await admit(request, parameters.get('route') ?? undefined)
  const { rules } = admission
  const { asked, size } = readQuery(parameters, rules)
  refuseOtherHeaders(rules)
  refuseReplacing(rules)
  const at = now()
  const { key } = grantUpload(admission, asked, storage, at)
  context.about.key = key
  const put = { key, headers: { 'Content-Type': asked.type }, size, expiresInSeconds: rules.expiresInSeconds }
  const { url, expiresAt } = presignPut(await storage.signing(), put, at)
  const bytes = storage.scheme === 'oss-v1' || size === undefined ? MAX_OBJECT_BYTES : size
  await limits.countUpload(admission, { id: randomUUID(), bytes, expires: Date.parse(expiresAt), isOnce: false })
  return new Response(url, { headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } })
}

interface Asked {
  readonly asked: IssueRequest
  /** As the front end tells it; absent where it tells none, and the URL then bounds nothing. */
  readonly size: number | undefined
}

function readQuery(parameters: URLSearchParams, { minSize }: RouteRules): Asked {
  const told = parameters.get('size')
  if (told !== null && !/^\d{1,15}$/.test(told)) throw malformed('"size" must be a whole number of bytes.')
  const size = told === null ? undefined : Number(told)
  const filename = first(parameters, FILENAMES)
  const type = first(parameters, TYPES)
  if (filename === undefined || type === undefined)
    throw malformed('The query needs the file\'s name and type: "?filename=a.png&type=image/png".')
  return { asked: parseIssueRequest({ filename, type, size: size ?? minSize }), size }
}

function first(parameters: URLSearchParams, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = parameters.get(name)
    if (value !== null) return value
  }
  return undefined
}

/** Left out, they would be missing at the object: a `private` that nobody says is what the bucket says. */
function refuseOtherHeaders({ fields }: RouteRules): void {
  const isLeftOut = ([name, value]: readonly [string, string]) =>
    CANNOT_BE_SENT.has(name.toLowerCase()) || isUsualAcl(name, value)
  const [other] = Object.entries(fields).find((field) => !isLeftOut(field)) ?? []
  if (other === undefined) return
  const detail = `This route sets "${other}", which front ends that ask here do not send. Ask POST /uploads.`
  throw new PosternError('path-not-found', detail)
}

/** A URL replaces what lies under its key: where two files can want one key, that may be somebody else's. */
function refuseReplacing({ key, fields }: RouteRules): void {
  if (key.isFresh || !forbidsOverwrite(fields)) return
  const detail =
    'Two files can want one key on this route, and a PUT of front ends that ask here would replace the first. Ask POST /uploads.'
  throw new PosternError('path-not-found', detail)
}

/** An answer to a form; and what keeps an object from being replaced, which a key that nobody had before does too. */
const CANNOT_BE_SENT = new Set(['success_action_status', 'x-oss-forbid-overwrite'])

function malformed(detail: string): PosternError {
  return new PosternError('issue-request-malformed', detail)
}
