import type { Command } from 'commander'
import { foundCredential } from '../config/credential-config.ts'
import { readVariables } from '../config/secret.ts'
import { type Names, readPair } from '../credential/credential-pair.ts'
import type { CredentialSource } from '../credential/credential-source.ts'
import { ENVIRONMENT_NAMES, type Environment, environmentCredential } from '../credential/environment.ts'
import type { Credential } from '../sign/signer.ts'
import { asUsageError } from './command-error.ts'
import { note } from './output.ts'

/** What a command's credential options hold. */
export interface CredentialOptions {
  readonly accessKeyId?: string
  readonly accessKeySecret?: string
  readonly securityToken?: string
}

const OPTION_NAMES: Names = ['--access-key-id', '--access-key-secret', '--security-token']

/** What `--help` says below the options of a command that signs. */
export const CREDENTIAL_HELP = `
The credential comes from the options, else from the first of these that is set:
${ENVIRONMENT_NAMES.map(([id, secret, token]) => `  ${id}, ${secret}\n    and for a temporary one ${token}`).join('\n')}
or from the files that NAME_FILE names, as Docker hands out secrets.`

export function addCredentialOptions(command: Command): Command {
  return command
    .optionsGroup('Credential:')
    .option('--access-key-id <id>', 'access key id')
    .option('--access-key-secret <secret>', 'access key secret')
    .option('--security-token <token>', 'security token of a temporary credential')
}

/** The credential of the options, else of the environment, or `undefined` where neither names one. A half one is an error. */
export function findCredential(options: CredentialOptions, environment: Environment): Credential | undefined {
  return asUsageError(
    () =>
      optionCredential(options) ??
      environmentCredential(readVariables(ENVIRONMENT_NAMES.flat(), environment))?.credential,
  )
}

/** A credential, and where it comes from: its access key id where the options hold it. */
export interface NeededCredential {
  readonly from: string
  readonly source: CredentialSource
}

/** The credential of the options, else the first that the environment, a profile or the machine gives. */
export function needCredential(options: CredentialOptions, environment: Environment): NeededCredential {
  return asUsageError(() => {
    const given = optionCredential(options)
    if (given !== undefined) return { from: given.accessKeyId, source: () => given }
    return foundCredential({ environment, onFault: note })
  })
}

function optionCredential({ accessKeyId, accessKeySecret, securityToken }: CredentialOptions): Credential | undefined {
  const isGiven = accessKeyId !== undefined || accessKeySecret !== undefined || securityToken !== undefined
  return isGiven ? readPair(OPTION_NAMES, [accessKeyId, accessKeySecret, securityToken]) : undefined
}
