/** A key of 1,023 bytes takes three times as many characters when each is percent-encoded. */
const MAX_CHARACTERS = 4096

/**
 * A request target, or a key, without what would let its reader act for somebody else. Hidden is the value of every
 * parameter whose name speaks of a signature, token, credential, secret or callback, also where the name is
 * percent-encoded, or the whole query was encoded by mistake and stands in the key.
 */
export function shownTarget(target: string): string {
  const text = target.length > MAX_CHARACTERS ? `${target.slice(0, MAX_CHARACTERS)}…` : target
  const mark = text.search(MARK)
  if (mark === -1) return withoutUser(text)
  return withoutUser(text.slice(0, mark)) + text.slice(mark).split('&').map(withoutSecret).join('&')
}

const MARK = /\?|%3f/i
const EQUALS = /=|%3d/gi

/** `http://user:password@host/`: no client of OSS sends it, and it would still be a password. */
function withoutUser(path: string): string {
  return path.startsWith('/') ? path : path.replace(/^([a-z][a-z\d+.-]{0,20}:\/\/)[^/]*@/i, `$1${HIDDEN}@`)
}

/** `name=value` → `name=***`, where the name speaks of a secret. */
function withoutSecret(pair: string): string {
  let from = 0
  for (const { 0: equals, index } of pair.matchAll(EQUALS)) {
    const end = index + equals.length
    if (isSecret(pair.slice(from, index))) return pair.slice(0, end) + HIDDEN
    from = end
  }
  return pair
}

const HIDDEN = '***'

/** @param before what stands before a `=`: the parameter's name, perhaps behind another value */
function isSecret(before: string): boolean {
  const name = decoded(before).toLowerCase().split(SEPARATOR).at(-1) ?? ''
  return SECRET.test(name) && !PUBLIC.has(name)
}

const SEPARATOR = /[?&;]/
const SECRET = /signature|token|credential|secret|password|authorization|callback/
/** The names that look like a secret's, and are none. */
const PUBLIC = new Set(['x-oss-signature-version', 'continuation-token'])

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
