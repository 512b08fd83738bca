import { MAX_CLOCK_SKEW_MS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { quoted } from '../../policy/phrase.ts'
import { sameText } from '../../sign/hmac.ts'
import { stsSignature, stsStringToSign } from '../../sign/sts-request.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { StoreContext } from '../request/context.ts'
import { type CallParameters, needed, parameter } from './call-parameters.ts'

/**
 * Who makes a call: the key that signed it. Throws where nobody did, where it is late, or was made before.
 *
 * A temporary key is refused: whatever it was given, it could ask for another that may do more, or lives longer.
 *
 * @see docs/spec/auth.md section 5
 */
export function verifyCall(context: StoreContext, method: string, parameters: CallParameters): StoreKey {
  const { findCredential, sts, now } = context
  const accessKeyId = needed(parameters, 'AccessKeyId', 'sts-key-id-missing')
  const signature = needed(parameters, 'Signature', 'sts-signature-missing')
  const nonce = needed(parameters, 'SignatureNonce', 'sts-nonce-missing')
  checkSignatureMethod(parameters)
  const dated = readTimestamp(needed(parameters, 'Timestamp', 'sts-timestamp-missing'), now())

  const securityToken = parameter(parameters, 'SecurityToken')
  const key = findCredential(accessKeyId, securityToken)
  if (key === undefined) throw new PosternError('sts-key-unknown', `It is ${quoted(accessKeyId)}.`)
  const stringToSign = stsStringToSign(method === 'GET' ? 'GET' : 'POST', parameters)
  if (!sameText(stsSignature(key.accessKeySecret, stringToSign), signature))
    throw new PosternError('sts-signature-mismatch', `server string to sign is:${stringToSign}`) // SDKs look for these words
  refuseTemporary(key, securityToken)
  if (key.expires !== undefined && key.expires <= now())
    throw new PosternError('sts-key-expired', `It was good until ${key.expires.toISOString()}.`)
  refuseReplay(sts.nonces.use(accessKeyId, nonce, dated, now()))
  return key
}

function checkSignatureMethod(parameters: CallParameters): void {
  const method = parameter(parameters, 'SignatureMethod') ?? SIGNATURE_METHOD
  if (method !== SIGNATURE_METHOD)
    throw new PosternError('sts-signature-method-invalid', `It is ${quoted(method)}; use ${SIGNATURE_METHOD}.`)
  const version = parameter(parameters, 'SignatureVersion') ?? SIGNATURE_VERSION
  if (version !== SIGNATURE_VERSION)
    throw new PosternError('sts-signature-version-invalid', `It is ${quoted(version)}; write "${SIGNATURE_VERSION}".`)
}

const SIGNATURE_METHOD = 'HMAC-SHA1'
const SIGNATURE_VERSION = '1.0'

/** `2015-04-01T12:00:00Z`, also with milliseconds: ali-oss sends them. */
function readTimestamp(text: string, now: Date): Date {
  const instant = new Date(text)
  const whole = text.replace(/:\d\dZ$/, (seconds) => seconds.replace('Z', '.000Z'))
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== whole)
    throw new PosternError('sts-timestamp-malformed', `It is ${quoted(text)}; write it as "2015-04-01T12:00:00Z".`)
  if (Math.abs(instant.getTime() - now.getTime()) > MAX_CLOCK_SKEW_MS)
    throw new PosternError('sts-timestamp-expired', `This server's clock says ${now.toISOString()}.`)
  return instant
}

function refuseTemporary({ securityToken: itsToken }: StoreKey, sent: string | undefined): void {
  if (itsToken === undefined && sent === undefined) return
  if (itsToken === undefined)
    throw new PosternError('sts-token-unexpected', 'This is a long-lived key: send no SecurityToken with it.')
  if (sent === undefined) throw new PosternError('sts-token-missing', '')
  throw new PosternError('sts-assume-denied', 'A temporary key assumes no role: use a long-lived one.')
}

function refuseReplay(use: 'fresh' | 'used' | 'too many'): void {
  if (use === 'fresh') return
  if (use === 'used') throw new PosternError('sts-nonce-used', 'Make a new one for each call.')
  throw new PosternError('sts-calls-too-many', 'Keep what STS has given until it expires.')
}
