import { PosternError } from '../base/issuer-errors.ts'
import type { Credential } from '../sign/signer.ts'
import type { CredentialSource } from './credential-source.ts'
import { reasonOf, unavailable } from './unavailable.ts'

export interface KeepFreshOptions {
  /** Hears in a sentence, without secrets, why a credential could not be renewed; written to the console where it is absent. */
  readonly onFault?: OnFault
  /** After how long a credential that never expires is asked for again: a file may have changed. Absent: never. */
  readonly recheckSeconds?: number
  readonly now?: () => Date
}

/** Is told what an operator should know, in a sentence without secrets. */
export type OnFault = (sentence: string) => void

const MINUTE = 60_000
/** How long before its end a credential is renewed while it is still given; for a short one, half of its life. */
const RENEW_MS = 15 * MINUTE
/** From when on it is given no longer where another can be had: the vendor's own client takes it for expired then. */
const WAIT_MS = MINUTE
/** A source that failed, or gave the same again, is left alone for as long. */
const PAUSE_MS = 5_000

/** A credential, and until when what is done with it. Unix milliseconds. */
interface Kept {
  readonly credential: Credential
  readonly renewFrom: number
  readonly waitFrom: number
  readonly expires: number
}

/**
 * Keeps what a source gives, and renews it before it expires: once, whoever and however many ask. While the old one is
 * valid nobody waits, and where the renewal fails the old one is given on. At hand, it is given at once, not as a promise.
 *
 * @returns a source that throws `credential-unavailable` where there is no valid credential
 */
export function keepFresh(source: CredentialSource, options: KeepFreshOptions = {}): CredentialSource {
  const { onFault = logFault, recheckSeconds, now = () => new Date() } = options
  let kept: Kept | undefined
  let underway: Promise<Credential> | undefined
  let failure: { readonly error: unknown; readonly until: number } | undefined

  return () => {
    const at = now().getTime()
    if (kept !== undefined && at < kept.renewFrom) return kept.credential
    if (failure !== undefined && at < failure.until) return stillValid(failure.error)
    const renewed = renew()
    if (!(renewed instanceof Promise) || kept === undefined || at >= kept.waitFrom) return renewed
    renewed.catch(() => {}) // whoever asks when it is needed is told
    return kept.credential
  }

  function renew(): Credential | Promise<Credential> {
    if (underway !== undefined) return underway
    try {
      const given = source()
      if (!(given instanceof Promise)) return keep(given)
      underway = given
        .then(keep)
        .catch(fail)
        .finally(() => {
          underway = undefined
        })
      return underway
    } catch (error) {
      return fail(error)
    }
  }

  function keep(given: Credential): Credential {
    const at = now().getTime()
    const expires = given.expires?.getTime() ?? Number.POSITIVE_INFINITY
    if (expires <= at) throw new Error(`The credential that was given expired at ${given.expires?.toISOString()}.`)
    const credential = kept !== undefined && isSame(kept.credential, given) ? kept.credential : given
    kept = { credential, expires, ...moments(at, expires, recheckSeconds) }
    failure = undefined
    return credential
  }

  function fail(error: unknown): Credential {
    failure = { error, until: now().getTime() + PAUSE_MS }
    const isValid = kept !== undefined && now().getTime() < kept.expires
    onFault(
      `${isValid ? 'A credential was not renewed; the old one is still valid.' : 'There is no valid credential.'} ${reasonOf(error)}`,
    )
    return stillValid(error)
  }

  function stillValid(error: unknown): Credential {
    if (kept !== undefined && now().getTime() < kept.expires) return kept.credential
    if (error instanceof PosternError) throw error
    throw unavailable('The issuer has no valid credential to sign with.', reasonOf(error))
  }
}

function moments(
  at: number,
  expires: number,
  recheckSeconds: number | undefined,
): Pick<Kept, 'renewFrom' | 'waitFrom'> {
  const life = expires - at
  if (life === Number.POSITIVE_INFINITY)
    return { renewFrom: recheckSeconds === undefined ? life : at + recheckSeconds * 1000, waitFrom: life }
  const renewFrom = Math.max(expires - Math.min(RENEW_MS, life / 2), at + PAUSE_MS)
  return { renewFrom, waitFrom: expires - Math.min(WAIT_MS, life / 4) }
}

/** The same object for the same credential, so that what was derived from it is kept too. */
function isSame(one: Credential, other: Credential): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.accessKeySecret === other.accessKeySecret &&
    one.securityToken === other.securityToken &&
    one.expires?.getTime() === other.expires?.getTime()
  )
}

function logFault(sentence: string): void {
  console.error(sentence)
}
