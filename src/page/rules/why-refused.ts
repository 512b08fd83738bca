import { PosternError } from '../../base/errors.ts'
import { isActiveType } from '../../policy/active-type.ts'
import type { RouteRules } from './route-rules.ts'

/**
 * Why the issuer would refuse this file, in its own words, at the moment when it is chosen. What only the issuer knows it
 * says when it is asked: this never takes a file that it refuses, and never refuses one that it takes.
 */
export function whyRefused(
  { minSize, maxSize, types }: RouteRules,
  file: { readonly size: number; readonly type: string },
): PosternError | undefined {
  const { size } = file
  if (size > maxSize) {
    const facts = { ProposedSize: `${size}`, MaxSizeAllowed: `${maxSize}` }
    return new PosternError('file-too-large', `The file has ${size} bytes; ${maxSize} are allowed here.`, facts)
  }
  if (size < minSize) {
    const facts = { ProposedSize: `${size}`, MinSizeAllowed: `${minSize}` }
    return new PosternError(
      'file-too-small',
      `The file has ${size} bytes; at least ${minSize} are asked for here.`,
      facts,
    )
  }
  const type = essenceOf(file.type)
  if (admits(types, type)) return undefined
  return new PosternError(
    'type-not-allowed',
    `${type} is not among the types that may be uploaded here. Choose a file of another type.`,
    { Type: type },
  )
}

/** A type that a browser would run must be named; of the others a kind is enough, and where nothing is named all are taken. */
function admits(types: RouteRules['types'], type: string): boolean {
  if (types?.includes(type) === true) return true
  if (isActiveType(type)) return false
  return types === undefined || types.includes(`${type.slice(0, type.indexOf('/'))}/*`)
}

/** As the issuer reads it: without parameters, and what a browser does not know has the type of bytes. */
function essenceOf(type: string): string {
  return type === '' ? 'application/octet-stream' : (type.split(';')[0] ?? '').trim().toLowerCase()
}
