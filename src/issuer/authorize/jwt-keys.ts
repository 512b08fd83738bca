import { createPublicKey, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { askServer, checkUrl, withoutQuery } from './ask-server.ts'

/** What checks signatures: one of the three. */
export interface JwtKeyOptions {
  /** Where the keys of an identity provider are; fetched when they are needed, and kept 10 minutes. */
  readonly jwksUrl?: string
  /** A secret that whoever makes tokens shares with the issuer; 32 bytes at least. */
  readonly secret?: string | Uint8Array
  /** A public key or a certificate in PEM. */
  readonly publicKey?: string
  /** Those that tokens may be signed with; all that go with the key and are safe. */
  readonly algorithms?: readonly string[]
}

/** What checks signatures, and with which algorithms: those of another kind of key are never among them. */
export interface JwtKeys {
  readonly key: Uint8Array | KeyObject | JWTVerifyGetKey
  readonly algorithms: readonly string[]
}

const HMAC = ['HS256', 'HS384', 'HS512']
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const CURVES: ReadonlyMap<string, readonly string[]> = new Map([
  ['prime256v1', ['ES256']],
  ['secp384r1', ['ES384']],
  ['secp521r1', ['ES512']],
])
const EDWARDS = ['EdDSA', 'Ed25519']
const PUBLIC = [...RSA, ...[...CURVES.values()].flat(), ...EDWARDS]

/** RFC 7518 section 3.2. */
const MIN_SECRET_BYTES = 32
/** Ours: a set of keys has some thousand bytes. */
const MAX_JWKS_BYTES = 256 * 1024
/** A provider that is down is not asked for every request. */
const FAILURE_KEPT_MS = 2000

export function readJwtKeys(options: JwtKeyOptions, timeoutMs: number): JwtKeys {
  const { jwksUrl, secret, publicKey, algorithms } = options
  if ([jwksUrl, secret, publicKey].filter((one) => one !== undefined).length !== 1)
    throw new TypeError('jwt needs one of "jwksUrl", "secret" and "publicKey".')
  if (jwksUrl !== undefined)
    return { key: remoteKeys(jwksUrl, timeoutMs), algorithms: chosen(algorithms, PUBLIC, 'a set of public keys') }
  if (secret !== undefined) return { key: readSecret(secret), algorithms: chosen(algorithms, HMAC, 'a secret') }
  const key = readPublicKey(publicKey ?? '')
  return { key, algorithms: chosen(algorithms, algorithmsOf(key), 'this public key') }
}

function chosen(
  algorithms: readonly string[] | undefined,
  possible: readonly string[],
  what: string,
): readonly string[] {
  if (algorithms === undefined) return possible
  const stray = algorithms.find((algorithm) => !possible.includes(algorithm))
  if (stray === undefined && algorithms.length > 0) return algorithms
  throw new TypeError(`jwt: "algorithms" with ${what} can be ${possible.join(', ')}, not ${stray ?? 'none at all'}.`)
}

/** Keys that come over plain HTTP can be anybody's, so that is for this machine only. */
function remoteKeys(jwksUrl: string, timeoutMs: number): JWTVerifyGetKey {
  const url = checkUrl('jwt: "jwksUrl"', jwksUrl)
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new TypeError(
      'jwt: "jwksUrl" must begin with "https:", or name this machine: whoever can change the keys can sign in.',
    )
  let failure: { readonly error: unknown; readonly at: number } | undefined
  return createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    async [customFetch](address, { headers }) {
      if (failure !== undefined && performance.now() - failure.at < FAILURE_KEPT_MS) throw failure.error
      try {
        const asking = { headers: Object.fromEntries(headers), timeoutMs, maxBytes: MAX_JWKS_BYTES }
        const { status, body } = await askServer(address, asking)
        if (status !== 200) throw new Error(`${withoutQuery(address)} answered ${status}, where keys were expected.`)
        return new Response(body, { status })
      } catch (error) {
        failure = { error, at: performance.now() }
        throw error
      }
    },
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}

function readSecret(secret: string | Uint8Array): Uint8Array {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (bytes.length >= MIN_SECRET_BYTES) return bytes
  throw new TypeError(`jwt: "secret" has under ${MIN_SECRET_BYTES} bytes. Make one with: openssl rand -base64 32`)
}

function readPublicKey(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY'))
    throw new TypeError('jwt: "publicKey" is a private key, which an issuer must not have. Give the public one.')
  try {
    return createPublicKey(pem)
  } catch (cause) {
    throw new TypeError('jwt: "publicKey" must be a public key or a certificate in PEM.', { cause })
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  const curve = CURVES.get(asymmetricKeyDetails?.namedCurve ?? '')
  if (asymmetricKeyType === 'rsa') return checkModulus(asymmetricKeyDetails?.modulusLength ?? 0)
  if (asymmetricKeyType === 'ec' && curve !== undefined) return curve
  if (asymmetricKeyType === 'ed25519') return EDWARDS
  throw new TypeError(`jwt: "publicKey" is of a kind, ${asymmetricKeyType}, that signs no tokens.`)
}

/** RFC 7518 section 3.3. */
function checkModulus(bits: number): readonly string[] {
  if (bits >= 2048) return RSA
  throw new TypeError(`jwt: "publicKey" has ${bits} bits; RSA keys of tokens have 2048 at least.`)
}
