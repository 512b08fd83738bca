import * as v from 'valibot'
import { type AskedFile, parseIssueRequest } from '../issue-request.ts'
import { parseBody } from '../json-body.ts'
import type { RouteRules } from '../route.ts'

/** A file as stock Uppy tells of it, unread. */
export interface ToldFile {
  readonly filename: unknown
  readonly type: unknown
  readonly metadata: ReadonlyMap<string, string>
}

/** What Uppy itself writes into every file's metadata: the issuer has it from elsewhere, or has no use for it. */
const UPPYS_OWN = new Set(['name', 'type', 'relativepath'])
/** What a page may add there for the issuer. */
const FOR_US = new Set(['route', 'size'])

const Body = v.object(
  {
    filename: v.string('must be text'),
    type: v.nullish(v.string('must be text'), ''),
    metadata: v.optional(v.record(v.string(), v.string('must hold texts'), 'must be an object'), {}),
  },
  'The body must be a JSON object: {"filename": "a.png", "type": "image/png", "metadata": {}}.',
)

/** `filename`, `type`, `metadata[album]` of a query, as `/s3/params` is asked. */
export function fileOfQuery(query: string | undefined): ToldFile {
  const parameters = new URLSearchParams(query)
  const metadata = new Map<string, string>()
  for (const [name, value] of parameters) {
    const inner = /^metadata\[(.*)\]$/.exec(name)?.[1]
    if (inner !== undefined) metadata.set(inner, value)
  }
  return { filename: parameters.get('filename') ?? undefined, type: parameters.get('type') ?? '', metadata }
}

/** The same out of the JSON that `/s3/multipart` is sent. */
export function fileOfBody(body: unknown): ToldFile {
  const { filename, type, metadata } = parseBody(Body, body)
  return { filename, type, metadata: new Map(Object.entries(metadata)) }
}

/** The route that a page has put into the metadata: `uppy.setMeta({ route: 'avatars' })`. */
export function routeOfFile({ metadata }: ToldFile): string | undefined {
  return metadata.get('route')
}

/** The request of a form for it. Where no size is told, the smallest stands for it, and what is sent is judged by the storage or at the end. */
export function parseFile({ filename, type, metadata }: ToldFile, { minSize }: RouteRules): AskedFile {
  const told = metadata.get('size')
  const size = told === undefined || told === '' ? undefined : Number(told)
  return { asked: parseIssueRequest({ filename, type, size: size ?? minSize, meta: metaOf(metadata) }), size }
}

/** A page's own metadata, as headers can hold it: no empty values, and no capitals in names. */
function metaOf(metadata: ToldFile['metadata']): Record<string, string> {
  const own = [...metadata]
    .map(([name, value]) => [name.toLowerCase(), inAscii(value)] as const)
    .filter(([name, value]) => value !== '' && !UPPYS_OWN.has(name) && !FOR_US.has(name))
  return Object.fromEntries(own)
}

/** People type any letters; a header holds ASCII, so these are written as in mail, which is what Companion does too. RFC 2047 */
function inAscii(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value.trim() : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}
