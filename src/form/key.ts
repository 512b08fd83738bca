import { utf8 } from '../base/bytes.ts'
import { PosternError } from '../base/errors.ts'
import { MAX_KEY_BYTES } from '../base/limits.ts'

/**
 * The key with each `${filename}` replaced by the file's name: what follows its last `/` or `\`, as browsers send it.
 * Without a file name the text stays as it is; with an empty one it goes away.
 *
 * @see docs/spec/post-object.md section 4.5
 */
export function expandFilename(key: string, filename: string | undefined): string {
  if (filename === undefined) return key
  const parts = key.split(VARIABLE)
  if (parts.length === 1) return key
  const name = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
  // Counted before it is built: a long name in a key full of variables would make gigabytes.
  const length = key.length + (parts.length - 1) * (name.length - VARIABLE.length)
  if (length > MAX_KEY_BYTES) throw tooLong(length)
  return parts.join(name)
}

/**
 * Throws unless the key can name an object: 1 to 1,023 bytes of UTF-8, not beginning with `/` or `\`.
 *
 * @see docs/spec/object-api.md section 3
 */
export function checkKey(key: string): void {
  if (key === '') throw new PosternError('key-empty', 'Give the object a name.')
  const bytes = key.length > MAX_KEY_BYTES ? key.length : utf8(key).length
  if (bytes > MAX_KEY_BYTES) throw tooLong(bytes)
  if (key.startsWith('/') || key.startsWith('\\'))
    throw new PosternError('key-invalid', `A key must not begin with "${key.slice(0, 1)}"; leave it out.`)
}

function tooLong(bytes: number): PosternError {
  return new PosternError('key-too-long', `It has ${bytes} bytes or more; ${MAX_KEY_BYTES} are allowed. Shorten it.`, {
    MaxSizeAllowed: String(MAX_KEY_BYTES),
    ProposedSize: String(bytes),
  })
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
const VARIABLE = '${filename}'
