import * as v from 'valibot'
import { MAX_UPLOAD_BYTES } from '../base/limits.ts'
import type { Lifetime, Size } from '../base/units.ts'
import type { Fields } from '../form/upload-form.ts'
import { eq, oneOf } from '../policy/build-policy.ts'
import type { Condition } from '../policy/condition.ts'
import { type Authorize, isAuthorize } from './authorize/authorize.ts'
import { type FileTypes, readFileTypes, whyNoPatterns } from './file-types.ts'
import { DEFAULT_KEY_TEMPLATE, type KeyTemplate, readKeyTemplate, whyNoKeyTemplate } from './key/key-template.ts'
import { whyNoPrefix, withSlash } from './key/prefix.ts'
import { createJudgeMeta, type JudgeMeta, type MetaRules, MetaSchema, type ToldMeta, tellMeta } from './meta-rules.ts'
import { collectFaults, type Fault, memberPath, OptionsError } from './options/faults.ts'
import { faultsOf, flag, judged, lifetime, members, size, text, word } from './options/schema.ts'
import { ACLS, type Acl, metaPrefixFor, readFields } from './route-fields.ts'
import { ANSWER_SHAPES, type AnswerShape, readAnswerShape } from './signature-answer.ts'
import type { Storage } from './storage/storage.ts'
import { type RouteSts, type RouteStsRules, RouteStsSchema } from './sts/route-sts.ts'
import { VariablesSchema } from './token/variables.ts'

/**
 * What may be uploaded under one name, and where to. Everything left out is the safe default.
 *
 * @see docs/guide/routes.md
 */
export interface Route {
  /** What every key begins with; `uploads/` unless told otherwise. */
  readonly prefix?: string
  /** How keys go on: `${date}/${uuid}.${ext}`. Of `${user}`, `${uuid}`, `${date}` (yyyy/mm/dd in UTC), `${ext}` and `${name}`. */
  readonly key?: string
  /** Bytes, or `'10KB'`; 1. */
  readonly minSize?: Size
  /** Bytes, or `'10MB'`; 100 MiB. What is over 5 GB comes in parts. */
  readonly maxSize?: Size
  /** `image/png`, `image/*`. Without it, all but what a browser runs; a page, an SVG, XML or a script must be named. */
  readonly types?: readonly string[]
  /** How long a form is good: seconds, or `'15m'`; 600. */
  readonly expiresIn?: Lifetime
  /** How long an upload in parts may take, breaks included: seconds, or `'12h'`; 7 days. */
  readonly partsWithin?: Lifetime
  /** The shape of `GET /get_post_signature_for_oss_upload`; `v4` or `v1`, as forms are signed. */
  readonly answer?: AnswerShape
  /** Which metadata a caller may send along; without it, any. */
  readonly meta?: MetaRules
  /** Who may read and write the object; as the bucket says, unless told otherwise. */
  readonly acl?: Acl
  /** How the object is kept: `IA`, or on S3 `STANDARD_IA`; as the bucket says, unless told otherwise. */
  readonly storageClass?: string
  /** Whether an object that has the key already is replaced; false. S3 cannot forbid it in a form. */
  readonly overwrite?: boolean
  /** Whether the storage reports uploads, where the issuer has a `callback`; true. */
  readonly callback?: boolean
  /** Told to the application with each upload: `{ album: 'summer' }`. 1 KB in all. */
  readonly variables?: Readonly<Record<string, string>>
  /** Hands out temporary credentials too, `GET /get_sts_token_for_oss_upload`: they keep to the prefix, and to no other rule. False. */
  readonly sts?: boolean | RouteSts
  /** Other fields that every form carries, such as `x-oss-server-side-encryption`. They are pinned like the rest. */
  readonly fields?: Fields
  /** Who may upload here, in the place of the issuer's own `authorize`. */
  readonly authorize?: Authorize | 'public'
}

/** A route with nothing left open. */
export interface RouteRules {
  readonly name: string
  readonly prefix: string
  readonly key: KeyTemplate
  readonly minSize: number
  readonly maxSize: number
  readonly types: FileTypes
  readonly expiresInSeconds: number
  readonly partsWithinSeconds: number
  /** Absent where the storage's scheme has no such answer. */
  readonly answer: AnswerShape | undefined
  /** The defaults included. */
  readonly fields: Fields
  readonly metaPrefix: string
  readonly judgeMeta: JudgeMeta
  /** The same for a caller to read; absent where any is taken. */
  readonly toldMeta: ToldMeta | undefined
  readonly callback: boolean
  /** Absent: no temporary credentials. */
  readonly sts: RouteStsRules | undefined
  readonly variables: Readonly<Record<string, string>> | undefined
  /** Absent where the issuer's own says who may upload. */
  readonly authorize: Authorize | 'public' | undefined
  /** What front ends that fill in a form of their own must send; the same for every answer. */
  readonly signatureConditions: readonly Condition[]
}

const DEFAULT_MAX_SIZE = 100 * 1024 * 1024
/** No V4 signature lives longer: docs/spec/post-object.md section 5. */
const MAX_EXPIRES_IN_SECONDS = 7 * 24 * 60 * 60
/** Ours: a machine that is switched off for a weekend, or for a holiday. */
const PARTS_WITHIN_SECONDS = 7 * 24 * 60 * 60
const MAX_PARTS_WITHIN_SECONDS = 30 * 24 * 60 * 60

const Patterns = v.pipe(v.array(text(), 'Write a list of types, such as ["image/*"].'), judged<string[]>(whyNoPatterns))

/** A route's members, each as it may be written; what needs the storage is looked at later. */
const RouteSchema = members({
  prefix: v.optional(text(whyNoPrefix), 'uploads/'),
  key: v.optional(text(whyNoKeyTemplate), DEFAULT_KEY_TEMPLATE),
  minSize: v.optional(size(0, MAX_UPLOAD_BYTES), 1),
  maxSize: v.optional(size(0, MAX_UPLOAD_BYTES), DEFAULT_MAX_SIZE),
  types: v.optional(Patterns),
  expiresIn: v.optional(lifetime(1, MAX_EXPIRES_IN_SECONDS), 600),
  partsWithin: v.optional(lifetime(1, MAX_PARTS_WITHIN_SECONDS), PARTS_WITHIN_SECONDS),
  answer: v.optional(word(ANSWER_SHAPES)),
  meta: v.optional(MetaSchema),
  acl: v.optional(word(ACLS)),
  storageClass: v.optional(text()),
  overwrite: v.optional(flag()),
  callback: v.optional(flag(), true),
  sts: v.optional(RouteStsSchema),
  variables: v.optional(VariablesSchema),
  fields: v.optional(v.record(v.string(), text(), 'Write an object, { … }.')),
  authorize: v.optional(v.custom<Authorize | 'public'>(isAuthorize, 'Write a function, or "public".')),
} satisfies Record<keyof Route, v.GenericSchema>)

/** The routes an issuer knows, by name; one called `default` where none is given. Throws an `OptionsError` with all their faults. */
export function readRoutes(
  routes: Readonly<Record<string, Route>> | undefined,
  storage: Storage,
): ReadonlyMap<string, RouteRules> {
  const faults: Fault[] = []
  const rules = new Map<string, RouteRules>()
  for (const { name, path, value } of namedRoutes(routes, faults)) {
    const route = readRoute(name, path, value, storage, faults)
    if (route !== undefined) rules.set(name, route)
  }
  if (faults.length > 0) throw new OptionsError(faults)
  return rules
}

/** What is wrong with routes as far as it can be told without their storage. */
export function routeFaults(routes: unknown): Fault[] {
  const faults: Fault[] = []
  for (const { path, value } of namedRoutes(routes, faults)) parseRoute(path, value, faults)
  return faults
}

interface NamedRoute {
  readonly name: string
  readonly path: string
  readonly value: unknown
}

function namedRoutes(routes: unknown, faults: Fault[]): NamedRoute[] {
  if (routes === undefined) return [{ name: 'default', path: 'routes.default', value: {} }]
  if (typeof routes !== 'object' || routes === null || Array.isArray(routes)) {
    faults.push({ path: 'routes', sentence: 'Write an object with a route for each name, { "default": { … } }.' })
    return []
  }
  const named = Object.entries(routes).map(([name, value]) => ({ name, value, path: memberPath('routes', name) }))
  if (named.length === 0) faults.push({ path: 'routes', sentence: 'There is no route: leave this out, or name one.' })
  for (const { name, path } of named)
    if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name))
      faults.push({
        path,
        sentence: 'A name has 1 to 64 letters, digits and "_", ".", "-", and begins with a letter or digit.',
      })
  return named
}

function parseRoute(path: string, value: unknown, faults: Fault[]): v.InferOutput<typeof RouteSchema> | undefined {
  const result = v.safeParse(RouteSchema, value)
  if (!result.success) {
    faults.push(...faultsOf(result.issues, path))
    return undefined
  }
  const { minSize, maxSize } = result.output
  if (minSize > maxSize)
    faults.push({ path: memberPath(path, 'minSize'), sentence: `${minSize} bytes are over maxSize, ${maxSize}.` })
  return result.output
}

function readRoute(
  name: string,
  path: string,
  value: unknown,
  storage: Storage,
  faults: Fault[],
): RouteRules | undefined {
  const route = parseRoute(path, value, faults)
  if (route === undefined) return undefined
  const { minSize, maxSize, expiresIn, partsWithin } = route
  const types = readFileTypes(route.types)
  return {
    name,
    prefix: withSlash(route.prefix),
    key: readKeyTemplate(route.key),
    minSize,
    maxSize,
    types,
    expiresInSeconds: expiresIn,
    partsWithinSeconds: partsWithin,
    answer: collectFaults(faults, memberPath(path, 'answer'), () => readAnswerShape(route.answer, storage)),
    fields: readFields(route, storage, path, faults),
    metaPrefix: metaPrefixFor(storage),
    judgeMeta: createJudgeMeta(route.meta),
    toldMeta: tellMeta(route.meta),
    callback: route.callback,
    sts: route.sts,
    variables: route.variables,
    authorize: route.authorize,
    signatureConditions: [eq('success_action_status', '200'), oneOf('content-type', types.named)],
  }
}
