import { randomBytes } from 'node:crypto'
import { type Credential, checkCredential } from '../../sign/signer.ts'
import { KeysError } from './keys-error.ts'
import { parseKeyPolicyText } from './parse-key-policy.ts'
import type { StoreKey } from './store-key.ts'

/** A key pair for a store, with what it may do. */
export interface StoreCredential extends Credential {
  /** A RAM policy, as the object that its JSON stands for. Absent: it may do everything. */
  readonly policy?: object
}

/** The keys that whoever opens a store gives it; one that may do everything where they give none. */
export function ownKeys(given: readonly StoreCredential[] = []): readonly [StoreKey, ...StoreKey[]] {
  const [first, ...others] = given.length === 0 ? [madeUpCredential()] : given
  if (first === undefined) throw new TypeError('credentials: the first one is missing.')
  const keys = [ownKey(first, 0), ...others.map((credential, index) => ownKey(credential, index + 1))] as const
  if (new Set(keys.map(({ accessKeyId }) => accessKeyId)).size < keys.length)
    throw new TypeError('credentials: an access key id is there twice.')
  return keys
}

function ownKey({ policy, ...credential }: StoreCredential, index: number): StoreKey {
  checkCredential(credential)
  if (policy === undefined) return { ...credential, name: credential.accessKeyId, policies: [] }
  try {
    return { ...credential, name: credential.accessKeyId, policies: [parseKeyPolicyText(JSON.stringify(policy))] }
  } catch (cause) {
    throw cause instanceof KeysError
      ? new TypeError(`credentials[${index}].policy: ${cause.message}`, { cause })
      : cause
  }
}

function madeUpCredential(): Credential {
  return {
    accessKeyId: `LTAI${randomBytes(8).toString('hex')}`,
    accessKeySecret: randomBytes(24).toString('base64url'),
  }
}
