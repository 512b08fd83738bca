import { createHash, timingSafeEqual } from 'node:crypto'
import { PosternError } from '../../base/issuer-errors.ts'
import type { Authorize } from './authorize.ts'
import { badToken, bearerToken, nobody } from './bearer.ts'
import { withBearings } from './bearing.ts'
import type { Caller } from './caller.ts'

/** A server that may ask for forms. */
export interface ApiKey {
  /** Who it is: the caller's id. Choose one that no user can have, such as `server:importer`. */
  readonly name: string
  /** 32 characters at least: `openssl rand -base64 32`. */
  readonly key?: string
  /** In its place, the key's SHA-256 in hex, so that the configuration holds no secret. */
  readonly sha256?: string
  /** The folder of its keys. */
  readonly prefix?: string
  /** Whether it may name the user that it asks for, in the header `X-Postern-User`. `false`. */
  readonly actsForUsers?: boolean
}

const MIN_KEY_CHARACTERS = 32
const USER_HEADER = 'x-postern-user'

interface KnownKey {
  readonly caller: Caller
  readonly digest: Buffer
  readonly actsForUsers: boolean
}

/**
 * Lets servers in that have a key, in `Authorization: Bearer …` or `X-Api-Key`. Nothing for a browser: whoever reads a page's
 * source would have it.
 *
 * @example
 * authorize: apiKey({ keys: [{ name: 'server:importer', key: process.env.IMPORTER_KEY }] })
 */
export function apiKey({ keys }: { readonly keys: readonly ApiKey[] }): Authorize {
  if (!Array.isArray(keys) || keys.length === 0) throw new TypeError('apiKey needs "keys": [{ name, key }].')
  const known = keys.map(readKey)
  return withBearings(['bearer', 'api-key'], (request) => {
    const key = request.headers.get('x-api-key') ?? bearerToken(request)
    if (key === undefined) throw nobody('Send your key in Authorization: Bearer, or in X-Api-Key.')
    const found = find(known, sha256(key))
    if (found === undefined) throw badToken('This key is not known here.')
    return callerOf(found, request.headers.get(USER_HEADER))
  })
}

/** Every key is compared, each in constant time: how long it takes says nothing of which is nearly right. */
function find(known: readonly KnownKey[], digest: Buffer): KnownKey | undefined {
  return known.filter((key) => timingSafeEqual(key.digest, digest))[0]
}

function callerOf({ caller, actsForUsers }: KnownKey, user: string | null): Caller {
  if (user === null) return caller
  if (!actsForUsers)
    throw new PosternError('upload-denied', `This key may not name a user: "actsForUsers" is not set for it.`)
  if (!/^[\x21-\x7e]{1,256}$/.test(user))
    throw new PosternError('upload-denied', 'X-Postern-User must be 1 to 256 printable ASCII characters, no spaces.')
  return { ...caller, id: user }
}

function readKey({ name, key, sha256: digest, prefix, actsForUsers = false }: ApiKey): KnownKey {
  const where = `apiKey: the key of ${JSON.stringify(name)}`
  if (typeof name !== 'string' || name === '') throw new TypeError('apiKey: a key has no name.')
  if ((key === undefined) === (digest === undefined)) throw new TypeError(`${where} needs either "key" or "sha256".`)
  const caller = prefix === undefined ? { id: name } : { id: name, prefix }
  if (digest !== undefined) {
    if (!/^[0-9a-f]{64}$/i.test(digest)) throw new TypeError(`${where}: "sha256" must be 64 hexadecimal digits.`)
    return { caller, actsForUsers, digest: Buffer.from(digest, 'hex') }
  }
  if (key === undefined || !/^[\x21-\x7e]*$/.test(key)) throw new TypeError(`${where} holds what no header can carry.`)
  if (key.length < MIN_KEY_CHARACTERS)
    throw new TypeError(`${where} has under ${MIN_KEY_CHARACTERS} characters. Make one with: openssl rand -base64 32`)
  return { caller, actsForUsers, digest: sha256(key) }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
