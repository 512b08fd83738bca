import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import type { Fields } from '../form/upload-form.ts'
import { eq, oneOf } from '../policy/build-policy.ts'
import type { Condition } from '../policy/condition.ts'
import { type FileTypes, readFileTypes } from './file-types.ts'
import { metaPrefixFor, readFields } from './route-fields.ts'
import { type AnswerShape, readAnswerShape } from './signature-answer.ts'
import type { Storage } from './storage/storage.ts'

/** What may be uploaded under one name, and where to. Everything left out is the safe default. */
export interface Route {
  /** What every key begins with; `uploads/` unless told otherwise. */
  readonly prefix?: string
  /** Bytes; 1. */
  readonly minSize?: number
  /** Bytes; 100 MiB. */
  readonly maxSize?: number
  /** `image/png`, `image/*`. Without it, all but what a browser runs; a page, an SVG, XML or a script must be named. */
  readonly types?: readonly string[]
  /** 600. */
  readonly expiresInSeconds?: number
  /** The shape of `GET /get_post_signature_for_oss_upload`; `v4` or `v1`, as forms are signed. */
  readonly answer?: AnswerShape
  /** Fields that every form carries, for example `x-oss-object-acl`. They are pinned like the rest. */
  readonly fields?: Fields
}

/** A route with nothing left open. */
export interface RouteRules {
  readonly name: string
  readonly prefix: string
  readonly minSize: number
  readonly maxSize: number
  readonly types: FileTypes
  readonly expiresInSeconds: number
  /** Absent where the storage's scheme has no such answer. */
  readonly answer: AnswerShape | undefined
  /** The defaults included. */
  readonly fields: Fields
  readonly metaPrefix: string
  /** What front ends that fill in a form of their own must send; the same for every answer. */
  readonly signatureConditions: readonly Condition[]
}

const DEFAULT_MAX_SIZE = 100 * 1024 * 1024
/** Leaves half of a key's 1,023 bytes to what follows. */
const MAX_PREFIX_BYTES = 512
/** No V4 signature lives longer: docs/spec/post-object.md section 5. */
const MAX_EXPIRES_IN_SECONDS = 7 * 24 * 60 * 60

/** The routes an issuer knows, by name; one called `default` where none is given. */
export function readRoutes(
  routes: Readonly<Record<string, Route>> | undefined,
  storage: Storage,
): ReadonlyMap<string, RouteRules> {
  const named = Object.entries(routes ?? { default: {} })
  if (named.length === 0) throw new TypeError('routes is empty: leave it out, or name a route.')
  return new Map(named.map(([name, route]) => [name, readRoute(name, route, storage)]))
}

function readRoute(name: string, route: Route, storage: Storage): RouteRules {
  const { minSize = 1, maxSize = DEFAULT_MAX_SIZE, expiresInSeconds = 600, fields = {} } = route
  const where = `Route "${name}"`
  const types = readFileTypes(name, route.types)
  checkNumber(`${where}: maxSize`, maxSize, 0, MAX_OBJECT_BYTES)
  checkNumber(`${where}: minSize`, minSize, 0, maxSize)
  checkNumber(`${where}: expiresInSeconds`, expiresInSeconds, 1, MAX_EXPIRES_IN_SECONDS)
  return {
    name,
    prefix: readPrefix(`${where}: prefix`, route.prefix ?? 'uploads/'),
    minSize,
    maxSize,
    types,
    expiresInSeconds,
    answer: readAnswerShape(where, route.answer, storage),
    fields: readFields(where, fields, storage),
    metaPrefix: metaPrefixFor(storage),
    signatureConditions: [eq('success_action_status', '200'), oneOf('content-type', types.named)],
  }
}

/** A prefix ends in `/`, so that `users/1` cannot reach into `users/10`; an empty one is the whole bucket. */
export function readPrefix(what: string, prefix: string): string {
  if (prefix.startsWith('/') || prefix.startsWith('\\'))
    throw new TypeError(`${what}: a key cannot begin with "${prefix[0]}".`)
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) throw new TypeError(`${what} is over ${MAX_PREFIX_BYTES} bytes.`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f$]/.test(prefix)) throw new TypeError(`${what} holds a control character or a "$".`)
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}

function checkNumber(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new TypeError(`${what} is ${value}; it must be a whole number from ${min} to ${max}.`)
}
