import * as v from 'valibot'
import { PosternError } from '../base/issuer-errors.ts'
import { UNKNOWN_TYPE } from './file-types.ts'
import { parseBody } from './json-body.ts'
import { MAX_META_VALUE_LENGTH, META_NAME } from './meta-rules.ts'

/** What a browser asks a form for: one file, described by whoever wants to send it. */
export interface IssueRequest {
  /** Absent: the route called `default`. */
  readonly route?: string | undefined
  /** As the browser names it. Data, never a path: only its extension reaches a key. */
  readonly filename: string
  /** Bytes. */
  readonly size: number
  /** Lower case; `application/octet-stream` where the browser knows none. */
  readonly type: string
  /** User metadata for the object, by name in lower case. */
  readonly meta: ReadonlyMap<string, string>
}

/** A file that somebody asks to upload. */
export interface AskedFile {
  readonly asked: IssueRequest
  /** Bytes that were announced; absent where nobody has announced any, and `asked` holds a stand-in. */
  readonly size: number | undefined
}

const MAX_FILENAME_LENGTH = 1024
const MAX_TYPE_LENGTH = 255
const MAX_META_ENTRIES = 64
/** Ours: what one request may ask forms for. */
export const MAX_FILES = 100

/** A type as RFC 9110 section 8.3.1 writes it, but for `*`: browsers guess at what is behind a star. */
const TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:; ?[a-z0-9_.+-]+=[a-z0-9_.+-]+)*$/
/** Metadata comes back in headers, so it is what a header may hold. */
const META_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

const Meta = v.pipe(
  v.custom<object>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  ),
  v.transform((value): [string, unknown][] => Object.entries(value)), // entries: no name of a member is special in a list
  v.maxLength(MAX_META_ENTRIES, `holds more than ${MAX_META_ENTRIES} entries`),
  v.array(
    v.tuple([
      v.pipe(v.string(), v.regex(META_NAME, 'has a name that is not 1 to 64 of a-z, 0-9 and "-"')),
      v.pipe(
        v.string('has a value that is no text'),
        v.maxLength(MAX_META_VALUE_LENGTH, `has a value over ${MAX_META_VALUE_LENGTH} characters`),
        v.regex(META_VALUE, 'has a value that is not printable ASCII; percent-encode it'),
      ),
    ]),
  ),
  v.transform((entries): ReadonlyMap<string, string> => new Map(entries)),
)

const Route = v.optional(v.pipe(v.string('must be text'), v.maxLength(64, 'is over 64 characters')))

/** The members that describe a file. */
const FILE = {
  filename: v.pipe(
    v.string('must be text'),
    v.nonEmpty('is empty'),
    v.maxLength(MAX_FILENAME_LENGTH, `is over ${MAX_FILENAME_LENGTH} characters`),
    v.check((name) => !CONTROL.test(name), 'holds a control character'),
  ),
  size: v.pipe(
    v.number('must be a number'),
    v.safeInteger('must be a whole number of bytes'),
    v.minValue(0, 'cannot be negative'),
  ),
  type: v.pipe(
    v.string('must be text'),
    v.maxLength(MAX_TYPE_LENGTH, `is over ${MAX_TYPE_LENGTH} characters`),
    v.transform((type) => (type === '' ? UNKNOWN_TYPE : type.toLowerCase())),
    v.regex(TYPE, 'must be a type such as "image/png", or "" where it is not known'),
  ),
  meta: v.optional(Meta, {}),
}

const EXAMPLE = '{"filename": "a.png", "size": 1024, "type": "image/png"}'
const Body = v.object({ route: Route, ...FILE }, `The body must be a JSON object: ${EXAMPLE}.`)
const File = v.object(FILE, `Each of "files" must be an object: ${EXAMPLE}.`)
const Parts = v.object({ ...Body.entries, partSize: v.optional(v.number('must be a number')) }, Body.message)
const Batch = v.object({
  route: Route,
  files: v.pipe(
    v.array(v.unknown(), 'must be a list of files'),
    v.minLength(1, 'is empty'),
    v.maxLength(MAX_FILES, `has over ${MAX_FILES} files; ask again for the others`),
  ),
})

/** A value out of JSON → IssueRequest. */
export function parseIssueRequest(value: unknown): IssueRequest {
  return parseBody(Body, value)
}

/** A file that is to come in parts, and how large whoever sends it would like them: bytes. */
export interface PartsRequest extends IssueRequest {
  readonly partSize?: number | undefined
}

/** The same for an upload in parts. */
export function parsePartsRequest(value: unknown): PartsRequest {
  return parseBody(Parts, value)
}

/** The same of one of several files, whose route the request names. */
export function parseFile(value: unknown): IssueRequest {
  return parseBody(File, value)
}

/** Whether a body asks for the forms of several files. */
export function isBatch(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'files')
}

/** The files that a body asks forms for, each unread: one that will not do is no fault of the others. */
export function parseBatch(body: unknown): readonly unknown[] {
  const stray = Object.keys(FILE).find((name) => Object.hasOwn(Object(body), name))
  if (stray !== undefined)
    throw new PosternError(
      'issue-request-malformed',
      `"${stray}" stands beside "files". Describe one file, or several in "files".`,
    )
  return parseBody(Batch, body).files
}
