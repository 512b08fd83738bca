import { whyNoPath } from './key-template.ts'

/** Leaves half of a key's 1,023 bytes to what follows. */
const MAX_PREFIX_BYTES = 512

/** Why a text is nothing that keys could begin with; `undefined` where it is. An empty one is the whole bucket. */
export function whyNoPrefix(prefix: string): string | undefined {
  if (prefix.startsWith('/') || prefix.startsWith('\\')) return `A key cannot begin with "${prefix[0]}".`
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) return `It is over ${MAX_PREFIX_BYTES} bytes.`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f$]/.test(prefix)) return 'It holds a control character or a "$".'
  return prefix === '' ? undefined : whyNoPath(withSlash(prefix).slice(0, -1))
}

/** A prefix ends in `/`, so that `users/1` cannot reach into `users/10`; an empty one is the whole bucket. */
export function withSlash(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}

/** A prefix that came from our own caller; a `TypeError` says what is wrong with it. */
export function readPrefix(what: string, prefix: string): string {
  const refusal = whyNoPrefix(prefix)
  if (refusal !== undefined) throw new TypeError(`${what}: ${refusal}`)
  return withSlash(prefix)
}
