import type { CredentialSource } from '../../credential/credential-source.ts'
import type { Credential } from '../../sign/signer.ts'
import type { Signing, Storage } from './storage.ts'

/**
 * What signs by a credential, or by whatever a source gives at the moment: made anew only when the credential is another.
 */
export function createSigning(
  credential: Credential | CredentialSource,
  signingBy: (credential: Credential) => Signing,
): Pick<Storage, 'signing' | 'usesToken'> {
  if (typeof credential !== 'function') {
    const fixed = withinLife(signingBy(credential)) // now, so that a credential that cannot sign is noticed at the start
    return { signing: () => fixed, usesToken: Boolean(credential.securityToken) }
  }
  let latest: Signing | undefined
  const keep = (given: Credential): Signing => {
    if (latest?.credential !== given) latest = withinLife(signingBy(given))
    return latest
  }
  const signing = (): Signing | Promise<Signing> => {
    const given = credential()
    return given instanceof Promise ? given.then(keep) : keep(given)
  }
  return { signing, usesToken: false }
}

/** What a temporary credential has signed is refused when its time is over, so forms and URLs say that they end then. */
function withinLife(signing: Signing): Signing {
  const { credential, signer, presign } = signing
  const { expires } = credential
  if (expires === undefined) return signing
  return {
    ...signing,
    signer: { ...signer, expires },
    presign: (request, expiresInSeconds, now) =>
      presign(request, Math.min(expiresInSeconds, secondsUntil(expires, now)), now),
  }
}

function secondsUntil(expires: Date, now: Date): number {
  const seconds = Math.floor((expires.getTime() - now.getTime()) / 1000)
  if (seconds < 1) throw new TypeError(`The credential expired at ${expires.toISOString()}: nothing it signs is taken.`)
  return seconds
}
