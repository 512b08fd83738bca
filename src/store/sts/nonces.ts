import { createHash } from 'node:crypto'
import { MAX_CLOCK_SKEW_MS, MAX_STS_NONCES, MAX_STS_NONCES_OF_KEY } from '../../base/limits.ts'

/** The nonces of calls that could be made again. */
export interface Nonces {
  /** Remembers the nonce of a call of this date, or says why that cannot be: it is known, or too many are. */
  use(accessKeyId: string, nonce: string, dated: Date, now: Date): 'fresh' | 'used' | 'too many'
}

interface Limits {
  readonly ofKey: number
  readonly ofAll: number
}

/**
 * A call is good until 15 minutes after its date, and so long its nonce is remembered. When there is no room, new calls
 * are refused: forgetting an old one would let it be made again. Only calls with a right signature get here, and no key
 * can take the room of all.
 */
export function createNonces(
  { ofKey, ofAll }: Limits = { ofKey: MAX_STS_NONCES_OF_KEY, ofAll: MAX_STS_NONCES },
): Nonces {
  const until = new Map<string, Map<string, number>>() // by key; the first that came first
  let size = 0

  function forgetOld(known: Map<string, number>, time: number): void {
    for (const [nonce, end] of known) {
      if (end >= time) return
      known.delete(nonce)
      size -= 1
    }
  }

  /** Of keys that call no more, too: only when room is needed, because there may be many. */
  function makeRoom(time: number): void {
    for (const [accessKeyId, known] of until) {
      forgetOld(known, time)
      if (known.size === 0) until.delete(accessKeyId)
    }
  }

  return {
    use(accessKeyId, nonce, dated, now) {
      const time = now.getTime()
      const name = createHash('sha256').update(nonce).digest('base64url').slice(0, 22)
      const known = until.get(accessKeyId) ?? new Map<string, number>()
      forgetOld(known, time)
      if (known.has(name)) return 'used'
      if (size >= ofAll) makeRoom(time)
      if (known.size >= ofKey || size >= ofAll) return 'too many'
      until.set(accessKeyId, known.set(name, dated.getTime() + MAX_CLOCK_SKEW_MS))
      size += 1
      return 'fresh'
    },
  }
}
