import type { Credential } from '../sign/signer.ts'
import { type Names, readPair } from './credential-pair.ts'

/** The variables of a process; an empty one is how a script leaves it unset. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The spellings people already have, the first that is set wins. A pair is never mixed from two of them. @see docs/spec/auth.md section 6 */
export const ENVIRONMENT_NAMES: readonly Names[] = [
  ['OSS_ACCESS_KEY_ID', 'OSS_ACCESS_KEY_SECRET', 'OSS_SESSION_TOKEN'],
  ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
  ['ALIBABA_CLOUD_ACCESS_ID', 'ALIBABA_CLOUD_ACCESS_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
]

/** A credential, and the name under which it was found. */
export interface NamedCredential {
  readonly name: string
  readonly credential: Credential
}

/** The credential that the environment names, or `undefined`. Half of one is a `TypeError` that names the variable. */
export function environmentCredential(environment: Environment): NamedCredential | undefined {
  const variable = (name: string) => environment[name] || undefined
  for (const names of ENVIRONMENT_NAMES) {
    const [id, secret, token] = names
    if (variable(id) === undefined && variable(secret) === undefined) continue
    return { name: id, credential: readPair(names, [variable(id), variable(secret), variable(token)]) }
  }
  for (const [id, , token] of ENVIRONMENT_NAMES)
    if (variable(token) !== undefined)
      throw new TypeError(`${token} is set, but ${id} is not. Set the access key that the token belongs to.`)
  return undefined
}
