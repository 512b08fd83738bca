/** Who asks for a form, in the application's own words. */
export interface Caller {
  /** 1 to 256 characters. */
  readonly id: string
  /** A folder of their own: their keys begin with the route's prefix and this. */
  readonly prefix?: string
}

/** Who asks where nobody is asked. */
export const ANYBODY: Caller = { id: 'anybody' }

/** Ours; also what an S3 or OSS tag could hold. */
const MAX_ID_CHARACTERS = 256
/** Leaves room for the rest of a key. */
const MAX_PREFIX_BYTES = 256

/**
 * What a hook answered, looked at closely: one that is written without types may say `false`, `null` or `true`, and none of
 * them names a caller. A name that will not do is a fault of whoever gave it: a `TypeError`, because the next best name could
 * be somebody else's.
 */
export function parseCaller(value: unknown): Caller | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  const { id } = value
  if (typeof id !== 'string' || id === '') return undefined
  const prefix = 'prefix' in value ? value.prefix : undefined
  const fault = whyNoId(id) ?? whyNoFolder(prefix)
  if (fault !== undefined) throw new TypeError(`The caller that "authorize" gave will not do: ${fault}.`)
  return typeof prefix === 'string' ? { id, prefix } : { id }
}

function whyNoId(id: string): string | undefined {
  if (id.length > MAX_ID_CHARACTERS) return `its id is over ${MAX_ID_CHARACTERS} characters`
  return UNWRITABLE.test(id) ? `its id, ${shown(id)}, holds a control character or half of one` : undefined
}

function whyNoFolder(prefix: unknown): string | undefined {
  if (prefix === undefined) return undefined
  if (typeof prefix !== 'string') return 'its prefix is no text'
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) return `its prefix is over ${MAX_PREFIX_BYTES} bytes`
  const isSafe = !UNWRITABLE.test(prefix) && !/[\\$*?]/.test(prefix)
  if (!isSafe) return `its prefix, ${shown(prefix)}, holds a control character, or one of \\ $ * ?`
  const folders = (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix).split('/')
  const isPath = folders.every((folder) => folder !== '' && folder !== '.' && folder !== '..')
  return isPath ? undefined : `its prefix, ${shown(prefix)}, is no folder. Leave it out where there is none`
}

/** Controls, and halves of characters, which have no bytes of their own and would all become the same. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 64))
}
