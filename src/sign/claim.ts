import { type ErrorCode, type Facts, PosternError } from '../base/known-errors.ts'
import { quoted } from '../policy/phrase.ts'
import type { VerifyOptions } from './form-scheme.ts'
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

/** What a claim is held against. */
export interface Proof {
  readonly find: FindCredential
  readonly now: Date
  readonly options: VerifyOptions
  /** The refusal of a wrong signature, and what the sender may see of it. */
  readonly mismatch: ErrorCode
  readonly facts: Facts
}

/**
 * Throws unless the holder of the access key made the claim's signature, the security token belongs to that key, and the
 * key has not expired.
 *
 * The signature goes first: who cannot sign learns nothing about tokens.
 *
 * @see docs/spec/post-object.md section 7, docs/spec/auth.md section 5
 */
export function prove(claim: Claim, { find, now, options, mismatch, facts }: Proof): void {
  const { accessKeyId, securityToken, signature } = claim
  const OSSAccessKeyId = clipped(accessKeyId, 128)
  const credential = find(accessKeyId, securityToken)
  if (credential === undefined)
    throw new PosternError('access-key-id-unknown', `It is ${quoted(accessKeyId)}.`, { OSSAccessKeyId })
  checkCredential(credential)
  if (!sameText(claim.signatureBy(credential), signature))
    throw new PosternError(
      mismatch,
      'Compare StringToSign in this answer with the text that was signed; where they are the same, the secret is another.',
      { OSSAccessKeyId, SignatureProvided: clipped(signature, 128), ...facts },
    )
  checkToken(credential, claim, options)
  refuseExpiredKey(credential, now)
}

/** Who made a claim that was proven: all it takes to find the credential again. */
export function signerOf({
  accessKeyId,
  securityToken,
}: Claim): Pick<Claim, 'accessKeyId'> & { securityToken?: string } {
  return { accessKeyId, ...(securityToken !== undefined && { securityToken }) }
}

/** Refuses a key whose time is over: it is good until the instant itself. @see docs/spec/auth.md section 5 */
export function refuseExpiredKey({ expires, securityToken }: Credential, now: Date): void {
  if (expires === undefined || now < expires) return
  const until = `It was good until ${expires.toISOString()}`
  const facts = { Expires: expires.toISOString(), ServerTime: now.toISOString() }
  if (securityToken) throw new PosternError('security-token-expired', `${until}; ask for a new one.`, facts)
  throw new PosternError('access-key-expired', `${until}.`, facts)
}

function checkToken(
  { securityToken: expected }: Credential,
  { accessKeyId, securityToken }: Claim,
  { knowsToken = () => true }: VerifyOptions,
): void {
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
  if (!expected || securityToken === undefined || sameText(expected, securityToken)) return
  const code = knowsToken(securityToken) ? 'security-token-mismatch' : 'security-token-invalid'
  throw new PosternError(code, `Send the token that came with ${quoted(accessKeyId)}.`)
}

/** The beginning of a text that a peer sent: it may be of any length. */
export function clipped(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`
}
