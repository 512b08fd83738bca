import type { Command } from 'commander'
import type { Credential } from '../sign/signer.ts'
import { usageError } from './command-error.ts'

/** What a command's credential options hold. */
export interface CredentialOptions {
  readonly accessKeyId?: string
  readonly accessKeySecret?: string
  readonly securityToken?: string
}

type Names = readonly [id: string, secret: string, token: string]
type Environment = Readonly<Record<string, string | undefined>>

const OPTION_NAMES: Names = ['--access-key-id', '--access-key-secret', '--security-token']

/** The spellings people already have, the first that is set wins. A pair is never mixed from two of them. */
const ENVIRONMENT_NAMES: readonly Names[] = [
  ['OSS_ACCESS_KEY_ID', 'OSS_ACCESS_KEY_SECRET', 'OSS_SESSION_TOKEN'],
  ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
  ['ALIBABA_CLOUD_ACCESS_ID', 'ALIBABA_CLOUD_ACCESS_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
]

/** What `--help` says below the options of a command that signs. */
export const CREDENTIAL_HELP = `
The credential comes from the options, else from the first of these that is set:
${ENVIRONMENT_NAMES.map(([id, secret, token]) => `  ${id}, ${secret}\n    and for a temporary one ${token}`).join('\n')}`

export function addCredentialOptions(command: Command): Command {
  return command
    .optionsGroup('Credential:')
    .option('--access-key-id <id>', 'access key id')
    .option('--access-key-secret <secret>', 'access key secret')
    .option('--security-token <token>', 'security token of a temporary credential')
}

/** The credential of the options, else of the environment, or `undefined` where neither names one. A half one is an error. */
export function findCredential(options: CredentialOptions, environment: Environment): Credential | undefined {
  const given = [options.accessKeyId, options.accessKeySecret, options.securityToken]
  if (given.some((value) => value !== undefined)) return readPair(OPTION_NAMES, given)
  for (const names of ENVIRONMENT_NAMES) {
    const [id, secret, token] = names.map((name) => environment[name] || undefined) // empty is how a script leaves it unset
    if (id !== undefined || secret !== undefined) return readPair(names, [id, secret, token])
  }
  for (const [id, , token] of ENVIRONMENT_NAMES)
    if (environment[token])
      throw usageError(`${token} is set, but ${id} is not. Set the access key that the token belongs to.`)
  return undefined
}

/** Like {@link findCredential}, but a sentence that says what to set where there is none. */
export function needCredential(options: CredentialOptions, environment: Environment): Credential {
  const credential = findCredential(options, environment)
  if (credential !== undefined) return credential
  throw usageError('There is no credential. Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET in the environment.')
}

function readPair(names: Names, [id, secret, token]: readonly (string | undefined)[]): Credential {
  const [idName, secretName, tokenName] = names
  if (id === undefined)
    throw usageError(`${idName} is missing: ${secret === undefined ? tokenName : secretName} is given without it.`)
  if (secret === undefined) throw usageError(`${secretName} is missing: ${idName} is given without it.`)
  for (const [name, value] of [
    [idName, id],
    [secretName, secret],
    [tokenName, token ?? 'none'],
  ] as const)
    refuseStray(name, value)
  return { accessKeyId: id, accessKeySecret: secret, ...(token === undefined ? {} : { securityToken: token }) }
}

/** A line end copied along with a key makes a signature that nobody can explain. */
function refuseStray(name: string, value: string): void {
  if (value === '') throw usageError(`${name} is empty.`)
  if (/[^\x21-\x7e]/.test(value))
    throw usageError(`${name} holds white space or a character that no key has. Copy it again.`)
}
