import type { Credential } from '../sign/signer.ts'
import { isKeyText } from './credential-pair.ts'

/** A credential that ends. */
export type TemporaryCredential = Credential & { readonly securityToken: string; readonly expires: Date }

/** The four members in which STS and the metadata of an instance write a temporary credential, or `undefined` where one is no such thing. */
export function readTemporary(members: ReadonlyMap<string, unknown>): TemporaryCredential | undefined {
  const accessKeyId = members.get('AccessKeyId')
  const accessKeySecret = members.get('AccessKeySecret')
  const securityToken = members.get('SecurityToken')
  const expires = new Date(String(members.get('Expiration')))
  if (!isKeyText(accessKeyId) || !isKeyText(accessKeySecret) || !isKeyText(securityToken)) return undefined
  return Number.isNaN(expires.getTime()) ? undefined : { accessKeyId, accessKeySecret, securityToken, expires }
}
