import { randomBytes } from 'node:crypto'
import type { Credential } from '../../sign/signer.ts'
import { judge } from '../keys/key-policy.ts'
import { parseKeyPolicyText } from '../keys/parse-key-policy.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { StoreRole } from '../keys/store-role.ts'
import { roleResource } from './role-arn.ts'
import { type Seal, type Session, TEMPORARY_PREFIX } from './seal.ts'
import type { SealKey } from './seal-key.ts'

/** Where sessions find who they come from. */
interface SessionSources {
  readonly sealKey: SealKey
  readonly findKey: (accessKeyId: string) => StoreKey | undefined
  readonly findRole: (name: string) => StoreRole | undefined
}

/** A temporary key to be made. */
interface NewSession {
  readonly role: StoreRole
  readonly assumedBy: StoreKey
  readonly expires: Date
  readonly policy: string | undefined
}

export type TemporaryCredential = Required<Credential>

/** The temporary keys that STS gives. Nothing is kept of them. */
export interface Sessions {
  /**
   * The temporary key of this id, with what it may do at this moment. Without its security token it is a key whose
   * signature can be checked, and that may do nothing.
   */
  find(accessKeyId: string, securityToken?: string): StoreKey | undefined
  /** Whether a security token is one that was given here. */
  isToken(securityToken: string): boolean
  issue(session: NewSession): Promise<TemporaryCredential>
}

export function createSessions({ sealKey, findKey, findRole }: SessionSources): Sessions {
  const opened = new Map<string, OpenedToken>() // the longest unused first

  function open(seal: Seal, securityToken: string): OpenedToken | undefined {
    const known = opened.get(securityToken)
    if (known !== undefined) opened.delete(securityToken)
    const token = known ?? openToken(seal, securityToken)
    if (token === undefined) return undefined
    opened.set(securityToken, token)
    for (const oldest of opened.keys()) {
      if (opened.size <= MAX_OPENED_TOKENS) break
      opened.delete(oldest)
    }
    return token
  }

  /** The key as it is now: role, and who took it, may have changed or gone since. */
  function keyOf(seal: Seal, token: OpenedToken): StoreKey | undefined {
    const role = findRole(token.session.role)
    const assumedBy = findKey(token.session.assumedBy)
    if (role === undefined || assumedBy === undefined) return undefined
    if (token.made?.role !== role || token.made.assumedBy !== assumedBy)
      token.made = { role, assumedBy, key: temporaryKey(seal, token, role, assumedBy) }
    return token.made.key
  }

  return {
    find(accessKeyId, securityToken) {
      const seal = accessKeyId.startsWith(TEMPORARY_PREFIX) ? sealKey.current() : undefined
      if (seal === undefined) return undefined
      const token = securityToken === undefined ? undefined : open(seal, securityToken)
      if (token?.session.accessKeyId === accessKeyId) return keyOf(seal, token)
      return seal.isOwnId(accessKeyId) ? withoutToken(seal, accessKeyId) : undefined
    },
    isToken(securityToken) {
      const seal = sealKey.current()
      return seal !== undefined && open(seal, securityToken) !== undefined
    },
    async issue({ role, assumedBy, expires, policy }) {
      const seal = await sealKey.needed()
      const accessKeyId = seal.newId()
      const proof = seal.proofOf(assumedBy.accessKeySecret)
      const session = { accessKeyId, role: role.name, assumedBy: assumedBy.accessKeyId, proof, expires, policy }
      return { accessKeyId, accessKeySecret: seal.secretOf(accessKeyId), securityToken: seal.seal(session), expires }
    },
  }
}

/** Whether a key may take a role. */
export function mayAssume({ policies }: StoreKey, roleName: string): boolean {
  return judge(policies, 'sts:AssumeRole', roleResource(roleName)) === 'allowed'
}

/** The earlier of a session's end and that of the key that asked for it. */
export function earlier(expires: Date, { expires: other }: StoreKey): Date {
  return other !== undefined && other < expires ? other : expires
}

/** So many tokens are remembered as they were read: one is sent with every part of an upload. */
const MAX_OPENED_TOKENS = 256

interface OpenedToken {
  readonly securityToken: string
  readonly session: Session
  readonly policies: StoreKey['policies']
  /** The key that was last made of it, and of what. It keeps the signing keys that were derived for it. */
  made?: { readonly role: StoreRole; readonly assumedBy: StoreKey; readonly key: StoreKey | undefined }
}

function openToken(seal: Seal, securityToken: string): OpenedToken | undefined {
  const session = seal.open(securityToken)
  if (session === undefined) return undefined
  const policies = session.policy === undefined ? [] : [parseKeyPolicyText(session.policy)]
  return { securityToken, session, policies }
}

/** `undefined` where whoever took the role may do so no more, or has got another secret, which makes void what the old one signed. */
function temporaryKey(
  seal: Seal,
  { session, securityToken, policies }: OpenedToken,
  role: StoreRole,
  assumedBy: StoreKey,
): StoreKey | undefined {
  const { accessKeyId, proof, expires } = session
  if (seal.proofOf(assumedBy.accessKeySecret) !== proof || !mayAssume(assumedBy, role.name)) return undefined
  return {
    name: accessKeyId,
    accessKeyId,
    accessKeySecret: seal.secretOf(accessKeyId),
    securityToken,
    expires: earlier(expires, assumedBy),
    policies: [...role.policies, ...policies],
  }
}

/** Its token is one that nobody can have sent, so whoever signed is told that theirs is missing, or wrong. */
function withoutToken(seal: Seal, accessKeyId: string): StoreKey {
  return {
    name: accessKeyId,
    accessKeyId,
    accessKeySecret: seal.secretOf(accessKeyId),
    securityToken: randomBytes(32).toString('base64url'),
    policies: [{ statements: [] }],
  }
}
