import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { MAX_SECURITY_TOKEN_CHARACTERS } from '../../base/limits.ts'
import { sameText } from '../../sign/hmac.ts'

/** All that is to be known of a temporary key. It stands in its security token, and nowhere else. */
export interface Session {
  readonly accessKeyId: string
  /** The name of the role. */
  readonly role: string
  /** The access key id of whoever asked for it. */
  readonly assumedBy: string
  /** Changes with the secret of that key. */
  readonly proof: string
  readonly expires: Date
  /** The text of the session's policy, as it was sent. */
  readonly policy: string | undefined
}

/** Makes and reads what only this store can make and read. */
export interface Seal {
  /** A new id of a temporary key: `STS.` and 40 hexadecimal digits. */
  newId(): string
  /** Whether an id is one that was made here. */
  isOwnId(accessKeyId: string): boolean
  /** The secret that belongs to an id. */
  secretOf(accessKeyId: string): string
  /** What stands for a secret, and does not tell it. */
  proofOf(accessKeySecret: string): string
  seal(session: Session): string
  /** What a security token says; `undefined` where it was not made here, or not as it is. */
  open(securityToken: string): Session | undefined
}

export const TEMPORARY_PREFIX = 'STS.'

/**
 * All of it from one key of 32 bytes, so that nothing is kept of what is given out, and all of it is good after a restart.
 * Each token has a key of its own, made from the id that stands at its beginning: AES-GCM bears two million million
 * tokens that way, and a thousand times more. docs/decisions/0019-tokens-that-hold-their-session.md
 */
export function createSeal(master: Uint8Array): Seal {
  const derive = (purpose: string, text: string | Uint8Array) =>
    createHmac('sha256', master).update(`${purpose}\0`).update(text).digest()
  const mark = (name: Uint8Array) => derive('id', name).subarray(0, MARK_BYTES)
  const idOf = (name: Uint8Array) =>
    TEMPORARY_PREFIX +
    Buffer.concat([name, mark(name)])
      .toString('hex')
      .toUpperCase()
  return {
    newId: () => idOf(randomBytes(NAME_BYTES)),
    isOwnId(accessKeyId) {
      const name = nameOf(accessKeyId)
      return name !== undefined && sameText(idOf(name), accessKeyId)
    },
    secretOf: (accessKeyId) => derive('secret', accessKeyId).toString('base64url'),
    proofOf: (accessKeySecret) => derive('proof', accessKeySecret).toString('base64url'),
    seal(session) {
      const name = nameOf(session.accessKeyId)
      if (name === undefined) throw new TypeError(`"${session.accessKeyId}" is no id of a temporary key.`)
      const head = Buffer.concat([VERSION, name])
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', derive('token', head), nonce).setAAD(head)
      const sealed = [cipher.update(encodeSession(session)), cipher.final()]
      return Buffer.concat([head, nonce, ...sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(securityToken) {
      const bytes = readToken(securityToken)
      if (bytes === undefined) return undefined
      const head = bytes.subarray(0, HEAD_BYTES)
      const nonce = bytes.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', derive('token', head), nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(head).setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        const opened = [decipher.update(bytes.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES)), decipher.final()]
        return decodeSession(idOf(head.subarray(1)), Buffer.concat(opened).toString())
      } catch {
        return undefined // all that Node says of a tag that does not fit
      }
    },
  }
}

const VERSION = Uint8Array.of(1)
const NAME_BYTES = 16
const MARK_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + NAME_BYTES
const MIN_TOKEN_BYTES = HEAD_BYTES + NONCE_BYTES + TAG_BYTES
const OWN_ID = /^STS\.[0-9A-F]{40}$/

/** Its bytes, where they are so many, and written in the one way that we write them. */
function readToken(securityToken: string): Buffer | undefined {
  if (securityToken.length > MAX_SECURITY_TOKEN_CHARACTERS) return undefined
  const bytes = Buffer.from(securityToken, 'base64url')
  const isOurs = bytes.length >= MIN_TOKEN_BYTES && bytes[0] === VERSION[0]
  return isOurs && bytes.toString('base64url') === securityToken ? bytes : undefined
}

function nameOf(accessKeyId: string): Uint8Array | undefined {
  if (!OWN_ID.test(accessKeyId)) return undefined
  return Buffer.from(accessKeyId.slice(TEMPORARY_PREFIX.length), 'hex').subarray(0, NAME_BYTES)
}

/** Lines, the policy last: it may have lines of its own. */
function encodeSession({ role, assumedBy, proof, expires, policy }: Session): string {
  const lines = [role, assumedBy, proof, String(expires.getTime())]
  return (policy === undefined ? lines : [...lines, policy]).join('\n')
}

function decodeSession(accessKeyId: string, text: string): Session {
  const [role = '', assumedBy = '', proof = '', expires, ...policy] = text.split('\n')
  return {
    accessKeyId,
    role,
    assumedBy,
    proof,
    expires: new Date(Number(expires)),
    policy: policy.length === 0 ? undefined : policy.join('\n'),
  }
}
