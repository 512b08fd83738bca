import { extensions, lookup } from 'mime-types'
import { isActiveType } from '../policy/active-type.ts'

/** What a browser says of a file whose type it does not know. */
export const UNKNOWN_TYPE = 'application/octet-stream'

/** `image/png`, or `image/*` for all of a kind but those that can run as a page or a script. */
const PATTERN = /^[a-z]+\/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/

/**
 * What goes into the vendor's policies where a route names no types. A policy must name each one, and each one is signed
 * and sent with every answer, so these are the common ones; what a browser does not know it calls the last.
 */
const COMMON_TYPES: readonly string[] = Object.freeze([
  ...typesOf('image', 'png jpeg gif webp avif heic bmp tiff x-icon'),
  ...typesOf('video', 'mp4 webm ogg quicktime'),
  ...typesOf('audio', 'mpeg mp4 ogg webm wav x-m4a'),
  ...typesOf('text', 'plain csv markdown'),
  ...typesOf('application', 'pdf json zip x-zip-compressed gzip x-gzip'),
  ...typesOf('application', 'msword vnd.ms-excel vnd.ms-powerpoint'),
  ...typesOf(
    'application/vnd.openxmlformats-officedocument',
    'wordprocessingml.document spreadsheetml.sheet presentationml.presentation',
    '.',
  ),
  UNKNOWN_TYPE,
])

function typesOf(family: string, names: string, between = '/'): readonly string[] {
  return names.split(' ').map((name) => `${family}${between}${name}`)
}

/** Which types of file a route takes. `patterns` absent: every type that a browser does not run. */
export interface FileTypes {
  readonly patterns: readonly string[] | undefined
  /** The same as a list for a policy, where each type must be named. */
  readonly named: readonly string[]
}

/** Why a route's `types` will not do, and what to write; `undefined` where they will. */
export function whyNoPatterns(patterns: readonly string[]): string | undefined {
  if (patterns.length === 0) return 'The list is empty, so no file could be uploaded.'
  const stray = patterns.find((pattern) => !PATTERN.test(pattern))
  return stray === undefined
    ? undefined
    : `"${stray}" is no type: write "image/png", or "image/*" for a kind, in lower case.`
}

/** A route's `types`, looked at once; {@link whyNoPatterns} says nothing of them. */
export function readFileTypes(patterns: readonly string[] | undefined): FileTypes {
  if (patterns === undefined) return { patterns: undefined, named: COMMON_TYPES }
  return { patterns, named: Object.freeze([...new Set(patterns.flatMap(expand))]) }
}

/** Why a file may not be uploaded, or `undefined` where it may: judged by its type and by the end of its name. */
export function whyTypeRefused(types: FileTypes, type: string, extension: string | undefined): string | undefined {
  const essence = essenceOf(type)
  if (!admits(types, essence))
    return `${essence} is not among the types that may be uploaded here. Choose a file of another type.`
  const meant = extension === undefined ? false : lookup(extension)
  if (meant === false || !isActiveType(meant) || isNamed(types, meant)) return undefined
  return `A name that ends in ".${extension}" stands for ${meant}, which may not be uploaded here.`
}

function admits(types: FileTypes, essence: string): boolean {
  if (isNamed(types, essence)) return true
  if (isActiveType(essence)) return false
  return types.patterns === undefined || types.patterns.includes(`${kindOf(essence)}/*`)
}

function isNamed({ patterns }: FileTypes, essence: string): boolean {
  return patterns?.includes(essence) === true
}

/** `image/*` → every image type that has a file extension, without the active ones. */
function expand(pattern: string): readonly string[] {
  if (!pattern.endsWith('/*')) return [pattern]
  return Object.keys(extensions).filter((type) => kindOf(type) === kindOf(pattern) && !isActiveType(type))
}

function kindOf(type: string): string {
  return type.slice(0, type.indexOf('/'))
}

/** A type without its parameters. */
function essenceOf(type: string): string {
  const end = type.indexOf(';')
  return end === -1 ? type : type.slice(0, end)
}
