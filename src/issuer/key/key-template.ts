import { nearest } from '../../base/nearest.ts'
import { extensionOf, safeName } from './file-name.ts'
import { userFolder } from './user-folder.ts'

/** What a key is made of besides its prefix. */
export interface KeyParts {
  /** The caller's id. */
  readonly user: string
  /** Nobody had it before. */
  readonly uuid: string
  readonly now: Date
  /** As the browser names the file. */
  readonly filename: string
}

/** How a route's keys are written below its prefix, such as `${user}/${date}/${uuid}.${ext}`. */
export interface KeyTemplate {
  readonly text: string
  /** Whether each key is one that nobody had before, and nobody guesses. */
  readonly isFresh: boolean
  /** What all keys of one user begin with: the folders that depend on nothing else. Ends in `/`, or is empty. */
  readonly folder: (user: string) => string
  /** The whole of it; `maxBytes` is the room that the prefix leaves, which a long name does not pass. */
  readonly write: (parts: KeyParts, maxBytes: number) => string
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a template of ours
export const DEFAULT_KEY_TEMPLATE = '${date}/${uuid}.${ext}'

const VARIABLES: ReadonlyMap<string, (parts: KeyParts) => string> = new Map<string, (parts: KeyParts) => string>([
  ['user', ({ user }) => userFolder(user)],
  ['uuid', ({ uuid }) => uuid],
  ['date', ({ now }) => dateFolders(now)],
  ['ext', ({ filename }) => extensionOf(filename) ?? ''],
  ['name', () => ''], // written last, in the room that the others leave
])

/** A variable's name, or what stands between two of them. */
type Piece = { readonly variable: string } | { readonly literal: string }

const MAX_TEMPLATE_BYTES = 256
/** Ours: a name is for people to recognise. */
const MAX_NAME_BYTES = 200

/** Why a text is no key template, and what to write; `undefined` where it is one. */
export function whyNoKeyTemplate(text: string): string | undefined {
  if (Buffer.byteLength(text) > MAX_TEMPLATE_BYTES) return `The template is over ${MAX_TEMPLATE_BYTES} bytes.`
  for (const piece of split(text)) {
    if ('variable' in piece && !VARIABLES.has(piece.variable)) return unknownVariable(piece.variable)
    if ('literal' in piece && /[\p{C}\p{Z}\\$]/u.test(piece.literal))
      return 'The template holds a space, a control character, "\\" or a "$" that begins no variable.'
  }
  if (text.split('/').some((folder) => folder.startsWith('.'))) return 'No folder or name can begin with a dot.'
  return whyNoPath(text)
}

/** Why a text is no way through folders, and what to write; `undefined` where it is one. */
export function whyNoPath(text: string): string | undefined {
  const folders = text.split('/')
  if (folders.includes('')) return 'A name is missing before, behind or between the "/".'
  return folders.some((folder) => folder === '.' || folder === '..')
    ? 'No folder can be called "." or "..".'
    : undefined
}

/** Reads a text of which {@link whyNoKeyTemplate} says nothing. */
export function readKeyTemplate(text: string): KeyTemplate {
  const folders = text.split('/').map(split)
  const varying = folders.findIndex((pieces) => !pieces.every(dependsOnUserOnly))
  const leading = folders.slice(0, varying === -1 ? folders.length - 1 : Math.min(varying, folders.length - 1))
  const holdsName = uses(folders, 'name')
  return {
    text,
    isFresh: uses(folders, 'uuid'),
    folder: (user) => leading.map((pieces) => `${pieces.map((piece) => ofUser(piece, user)).join('')}/`).join(''),
    write(parts, maxBytes) {
      const key = writeFolders(folders, (name) => VARIABLES.get(name)?.(parts) ?? '')
      if (!holdsName) return key
      return withName(folders, parts, maxBytes - Buffer.byteLength(key))
    },
  }
}

/** `yyyy/mm/dd`, in UTC. */
export function dateFolders(now: Date): string {
  const day = now.toISOString()
  return `${day.slice(0, 4)}/${day.slice(5, 7)}/${day.slice(8, 10)}`
}

function withName(folders: readonly (readonly Piece[])[], parts: KeyParts, roomBytes: number): string {
  const times = folders.flat().filter((piece) => 'variable' in piece && piece.variable === 'name').length
  const maxBytes = Math.min(MAX_NAME_BYTES, Math.floor(roomBytes / times) - 1) // a folder that was empty brings its `/`
  const name = safeName(parts.filename, maxBytes)
  return writeFolders(folders, (variable) => (variable === 'name' ? name : (VARIABLES.get(variable)?.(parts) ?? '')))
}

/** A file without extension has no dot before it; a folder that comes out empty is left out; none begins with a dot. */
function writeFolders(folders: readonly (readonly Piece[])[], write: (variable: string) => string): string {
  const written: string[] = []
  for (const pieces of folders) {
    let folder = ''
    for (const piece of pieces) {
      const value = 'literal' in piece ? piece.literal : write(piece.variable)
      folder = value === '' && folder.endsWith('.') ? folder.slice(0, -1) : folder + value
    }
    const visible = folder.replace(/^\.+/, '')
    if (visible !== '') written.push(visible)
  }
  return written.join('/') || 'file'
}

function split(text: string): Piece[] {
  return text
    .split(/(\$\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => (/^\$\{.*\}$/.test(part) ? { variable: part.slice(2, -1) } : { literal: part }))
}

function uses(folders: readonly (readonly Piece[])[], variable: string): boolean {
  return folders.flat().some((piece) => 'variable' in piece && piece.variable === variable)
}

function dependsOnUserOnly(piece: Piece): boolean {
  return 'literal' in piece || piece.variable === 'user'
}

function ofUser(piece: Piece, user: string): string {
  return 'literal' in piece ? piece.literal : userFolder(user)
}

function unknownVariable(name: string): string {
  const near = nearest(name, [...VARIABLES.keys()])
  const all = [...VARIABLES.keys()].map((known) => `\${${known}}`).join(', ')
  return `There is no \${${name.slice(0, 40)}}. ${near === undefined ? `There are ${all}.` : `Did you mean \${${near}}?`}`
}
