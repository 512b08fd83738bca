import type { Credential } from '../sign/signer.ts'

/** What the three values of a credential are called where they come from, for sentences that never show a value. */
export type Names = readonly [id: string, secret: string, token: string]

type Values = readonly [id: string | undefined, secret: string | undefined, token: string | undefined]

/** The credential that these values are, or a `TypeError` that names what is missing or broken. */
export function readPair([idName, secretName, tokenName]: Names, [id, secret, token]: Values): Credential {
  if (id === undefined)
    throw new TypeError(`${idName} is missing: ${secret === undefined ? tokenName : secretName} is given without it.`)
  if (secret === undefined) throw new TypeError(`${secretName} is missing: ${idName} is given without it.`)
  refuseStray(idName, id)
  refuseStray(secretName, secret)
  if (token === undefined) return { accessKeyId: id, accessKeySecret: secret }
  refuseStray(tokenName, token)
  return { accessKeyId: id, accessKeySecret: secret, securityToken: token }
}

/** Whether a text can be a part of a credential: printable ASCII without white space. */
export function isKeyText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

/** A line end copied along with a key makes a signature that nobody can explain. */
function refuseStray(name: string, value: string): void {
  if (value === '') throw new TypeError(`${name} is empty.`)
  if (!isKeyText(value)) throw new TypeError(`${name} holds white space or a character that no key has. Copy it again.`)
}
