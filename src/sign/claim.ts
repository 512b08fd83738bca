import { type ErrorCode, type Facts, PosternError } from '../base/errors.ts'
import { quoted } from '../policy/phrase.ts'
import { sameText } from './hmac.ts'
import { type Credential, checkCredential, type FindCredential } from './signer.ts'

/** What a form or a request says about who signed it. Nothing of it is true until {@link prove} has returned. */
export interface Claim {
  readonly accessKeyId: string
  /** The security token that came with it; absent also where it came empty. */
  readonly securityToken: string | undefined
  readonly signature: string
  /** The signature that this credential would have made. */
  readonly signatureBy: (credential: Credential) => string
}

/**
 * Throws unless the holder of the access key made the claim's signature, and the security token belongs to that key.
 *
 * The signature goes first: who cannot sign learns nothing about tokens.
 *
 * @see docs/spec/post-object.md section 7, docs/spec/auth.md section 5
 */
export function prove(claim: Claim, find: FindCredential, mismatch: ErrorCode, facts: Facts): void {
  const { accessKeyId, signature } = claim
  const OSSAccessKeyId = clipped(accessKeyId, 128)
  const credential = find(accessKeyId)
  if (credential === undefined)
    throw new PosternError('access-key-id-unknown', `It is ${quoted(accessKeyId)}.`, { OSSAccessKeyId })
  checkCredential(credential)
  if (!sameText(claim.signatureBy(credential), signature))
    throw new PosternError(
      mismatch,
      'Compare StringToSign in this answer with the text that was signed; where they are the same, the secret is another.',
      { OSSAccessKeyId, SignatureProvided: clipped(signature, 128), ...facts },
    )
  checkToken(credential, claim)
}

function checkToken({ securityToken: expected }: Credential, { accessKeyId, securityToken }: Claim): void {
  if (!expected && securityToken !== undefined)
    throw new PosternError(
      'security-token-unexpected',
      `${quoted(accessKeyId)} is a long-lived key: send no security token with it.`,
    )
  if (expected && securityToken === undefined)
    throw new PosternError(
      'security-token-unexpected',
      `${quoted(accessKeyId)} is a temporary key: send its security token with it.`,
    )
  if (expected && securityToken !== undefined && !sameText(expected, securityToken))
    throw new PosternError('security-token-mismatch', `Send the token that came with ${quoted(accessKeyId)}.`)
}

/** The beginning of a text that a peer sent: it may be of any length. */
export function clipped(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`
}
