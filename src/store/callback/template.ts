import { PosternError } from '../../base/request-errors.ts'
import { encode } from '../../sign/canonical-request.ts'
import { VARIABLE_PREFIX } from './carrier.ts'

export type BodyType = 'application/x-www-form-urlencoded' | 'application/json'

/** A piece of a callback's body: what stands there, or the name of what will. */
type Piece = { readonly kind: 'constant'; readonly text: string } | { readonly kind: 'variable'; readonly name: string }

/** A `callbackBody`, read. */
export interface Template {
  readonly type: BodyType
  readonly pieces: readonly Piece[]
}

/** What variables stand for. An empty text and none at all are the same to an application. */
export type Values = ReadonlyMap<string, string | number>

/** Reads a template: constants, and variables as `${name}`. @see docs/spec/callback.md section 3 */
export function parseTemplate(text: string, type: BodyType): Template {
  const pieces: Piece[] = []
  let at = 0
  const constantUpTo = (end: number) => {
    if (end > at) pieces.push({ kind: 'constant', text: text.slice(at, end) })
  }
  for (const { 0: whole, 1: name, index } of text.matchAll(VARIABLE)) {
    if (name === undefined)
      throw bodyInvalid(`Write a variable as \${name}; there is "${text.slice(index, index + 20)}".`)
    if (name.startsWith(VARIABLE_PREFIX) && name !== name.toLowerCase())
      throw bodyInvalid(`The names of custom variables are in lower case: \${${name.toLowerCase()}}.`)
    constantUpTo(index)
    pieces.push({ kind: 'variable', name })
    at = index + whole.length
  }
  constantUpTo(text.length)
  return { type, pieces }
}

/** Whether a template names a variable that begins so. */
export function asksFor({ pieces }: Template, beginning: string): boolean {
  return pieces.some((piece) => piece.kind === 'variable' && piece.name.startsWith(beginning))
}

/** The body with its variables filled in; `undefined` where it has more bytes than are allowed. */
export function fillTemplate({ type, pieces }: Template, values: Values, maxBytes: number): Buffer | undefined {
  const written = new Map<string, Buffer>()
  const write = (name: string): Buffer => {
    const known = written.get(name) ?? Buffer.from(WRITE[type](values.get(name) ?? ''))
    written.set(name, known)
    return known
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for (const piece of pieces) {
    const chunk = piece.kind === 'constant' ? Buffer.from(piece.text) : write(piece.name)
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A value as it stands in a body: a form's is percent-encoded, JSON's brings its own quotes. */
const WRITE: Readonly<Record<BodyType, (value: string | number) => string>> = {
  'application/x-www-form-urlencoded': (value) => encode(String(value)),
  'application/json': (value) => JSON.stringify(value),
}

/** A variable; or, without a name, what somebody took for one, such as `$(object)`. Any other `$` stands for itself. */
const VARIABLE = /\$(?:\{([a-z][\w.:-]*)\}|[{(])/gi

function bodyInvalid(detail: string): PosternError {
  return new PosternError('callback-body-invalid', detail, { ArgumentName: 'callbackBody' })
}
