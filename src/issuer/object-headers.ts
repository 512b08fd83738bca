import { PosternError } from '../base/issuer-errors.ts'
import type { Fields } from '../form/upload-form.ts'
import type { Storage } from './storage/storage.ts'

/** Headers that a request says the same with as a form with its field. */
const PLAIN = new Set([
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
])

const FORBID_OVERWRITE = 'x-oss-forbid-overwrite'

/** Whether these fields keep an object that has the key already. */
export function forbidsOverwrite(fields: Fields): boolean {
  return Object.entries(fields).some(([name, value]) => name.toLowerCase() === FORBID_OVERWRITE && value === 'true')
}

/** What a multipart upload's end must say again: OSS asks for it at the beginning and at the end, and parts take their time. */
export function completionHeaders(fields: Fields): Record<string, string> {
  return forbidsOverwrite(fields) ? { [FORBID_OVERWRITE]: 'true' } : {}
}

/** How a form's own answer looks; a PUT has its own. */
const ABOUT_THE_ANSWER = new Set(['success_action_status', 'success_action_redirect'])

/**
 * What a form's fields say of an object, as the headers of a PUT or of a multipart upload's beginning say it; by names in
 * lower case. A field that has no such header is refused, because the object would not be what the route says.
 */
export function objectHeaders(fields: Fields, { dialect }: Storage): Record<string, string> {
  return Object.fromEntries(ofTheObject(fields).map(([name, value]) => [headerOf(name, dialect), value]))
}

/** Whether headers can say all that these fields say, so that a file can come in parts. */
export function haveHeaders(fields: Fields, { dialect }: Storage): boolean {
  return ofTheObject(fields).every(([name]) => findHeader(name, dialect) !== undefined)
}

/** By names in lower case. */
function ofTheObject(fields: Fields): readonly (readonly [name: string, value: string])[] {
  return Object.entries(fields)
    .map(([field, value]) => [field.toLowerCase(), value] as const)
    .filter(([name, value]) => !ABOUT_THE_ANSWER.has(name) && !isUsualAcl(name, value))
}

/** What an object has without a word: a form pins it, because a client could add another; a signed request takes no header more. */
export function isUsualAcl(name: string, value: string): boolean {
  return name.toLowerCase() === 'x-oss-object-acl' && value === 'default'
}

function headerOf(name: string, dialect: Storage['dialect']): string {
  const header = findHeader(name, dialect)
  if (header !== undefined) return header
  const detail = `This route sets the field "${name}", which only a form can carry. Ask POST /uploads, on a storage that takes forms.`
  throw new PosternError('path-not-found', detail)
}

function findHeader(name: string, dialect: Storage['dialect']): string | undefined {
  if (dialect === 's3' && name === 'acl') return 'x-amz-acl'
  const isHeader =
    PLAIN.has(name) || (name.startsWith(dialect === 's3' ? 'x-amz-' : 'x-oss-') && name !== 'x-oss-content-type')
  return isHeader ? name : undefined
}
