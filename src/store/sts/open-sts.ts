import type { KeyRing } from '../keys/key-ring.ts'
import { createNonces, type Nonces } from './nonces.ts'
import { openSealKey } from './seal-key.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** A store's STS: who gives temporary keys, and knows them again. */
export interface Sts {
  readonly findRole: KeyRing['findRole']
  readonly sessions: Sessions
  readonly nonces: Nonces
}

/** Opens the STS of a data folder, for the keys and roles of this ring. */
export async function openSts(folder: string, { find, findRole }: Pick<KeyRing, 'find' | 'findRole'>): Promise<Sts> {
  const sealKey = await openSealKey(folder)
  return { findRole, sessions: createSessions({ sealKey, findKey: find, findRole }), nonces: createNonces() }
}
