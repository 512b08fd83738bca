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
    const fixed = signingBy(credential) // now, so that a credential that cannot sign is noticed at the start
    return { signing: () => fixed, usesToken: Boolean(credential.securityToken) }
  }
  let latest: Signing | undefined
  const keep = (given: Credential): Signing => {
    if (latest?.credential !== given) latest = signingBy(given)
    return latest
  }
  const signing = (): Signing | Promise<Signing> => {
    const given = credential()
    return given instanceof Promise ? given.then(keep) : keep(given)
  }
  return { signing, usesToken: false }
}
