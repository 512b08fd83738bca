// Mini-programs have ECMAScript's own names only: no TextEncoder, no atob. docs/guide/mini-programs.md
const encoder = typeof TextEncoder === 'undefined' ? undefined : new TextEncoder()
const decoder =
  typeof TextDecoder === 'undefined' ? undefined : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text → UTF-8 bytes. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder?.encode(text) ?? encodeByUri(text)
}

/** UTF-8 bytes → text, or `undefined` where the bytes are not UTF-8. A byte order mark is kept. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder?.decode(bytes) ?? decodeByUri(bytes)
  } catch {
    return undefined
  }
}

/** Bytes → Base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

/** Base64 → bytes, or `undefined` where the text is not Base64 as RFC 4648 section 4 writes it: padded, no white space. */
export function readBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined
  for (let at = 0; at < text.length; at++) if (BASE64_SPACE.has(text.charCodeAt(at))) return undefined // atob skips white space
  let binary: string
  try {
    binary = typeof atob === 'undefined' ? decodeByHand(text) : atob(text)
  } catch {
    return undefined
  }
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

const BASE64_SPACE = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x20])

/** What stands alone of a surrogate pair becomes U+FFFD, as a `TextEncoder` has it. */
function encodeByUri(text: string): Uint8Array<ArrayBuffer> {
  const escaped = encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))
  return Uint8Array.from(escaped.match(/%..|./g) ?? [], (byte) =>
    byte.length > 1 ? Number.parseInt(byte.slice(1), 16) : byte.charCodeAt(0),
  )
}

/** Throws where the bytes are not UTF-8. @see https://tc39.es/ecma262/#sec-decode */
function decodeByUri(bytes: Uint8Array): string {
  return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
}

/** Throws where the text is not Base64. */
function decodeByHand(text: string): string {
  const digits = text.replace(/={1,2}$/, '')
  if (/[^A-Za-z0-9+/]/.test(digits) || digits.length % 4 === 1) throw new TypeError('not Base64')
  let binary = ''
  for (let at = 0; at < digits.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [...digits.slice(at, at + 4)].map((digit) => ALPHABET.indexOf(digit))
    const three = String.fromCharCode((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d)
    binary += three.slice(0, Math.min(4, digits.length - at) - 1)
  }
  return binary
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
