import { PosternError } from '../base/known-errors.ts'
import type { ReceivedFields } from '../form/upload-form.ts'
import type { Dialect } from '../policy/dialect.ts'
import { type FormClaim, type FormScheme, readPolicy, readSignature } from './form-scheme.ts'
import { hmacSha1 } from './hmac.ts'
import { type Credential, checkCredential, type Scheme, type Signer, tokenField } from './signer.ts'

/** What differs between the two schemes in which the secret itself signs, as data. Names as they are sent. */
export interface SecretScheme {
  readonly scheme: Scheme
  readonly dialect: Dialect
  readonly accessKeyId: string
  readonly signature: string
  readonly securityToken: string
  /** Whether the policy names the access key id too. */
  readonly coversAccessKeyId: boolean
}

/** `signature = base64(HMAC-SHA1(secret, policy))`. @see docs/spec/post-object.md section 5 */
export function secretSigner(wire: SecretScheme, credential: Credential): Signer {
  checkCredential(credential)
  const { accessKeyId, accessKeySecret } = credential
  const token = tokenField(wire.securityToken, credential)
  const scope = wire.coversAccessKeyId ? { [wire.accessKeyId]: accessKeyId, ...token } : token
  return {
    scheme: wire.scheme,
    scopeFields: () => scope,
    sign: (policy) => ({
      [wire.accessKeyId]: accessKeyId,
      policy,
      [wire.signature]: hmacSha1(accessKeySecret, policy),
    }),
  }
}

export function secretScheme(wire: SecretScheme): FormScheme {
  return {
    scheme: wire.scheme,
    dialect: wire.dialect,
    marks: [wire.accessKeyId.toLowerCase()],
    readClaim: (fields) => readClaim(wire, fields),
  }
}

/** @see docs/spec/post-object.md section 3: any one of the three fields demands the other two */
function readClaim(wire: SecretScheme, fields: ReceivedFields): FormClaim {
  const accessKeyId = fields.get(wire.accessKeyId.toLowerCase())
  if (accessKeyId === undefined)
    throw new PosternError(
      'access-key-id-missing',
      `A form with a policy or a signature also carries ${wire.accessKeyId}.`,
    )
  if (accessKeyId === '') throw new PosternError('access-key-id-empty', `Fill in ${wire.accessKeyId}.`)
  const policy = readPolicy(fields)
  const signature = readSignature(fields, wire.signature)
  return {
    accessKeyId,
    policy,
    signature,
    securityToken: fields.get(wire.securityToken) || undefined,
    signatureBy: (credential) => hmacSha1(credential.accessKeySecret, policy),
  }
}
