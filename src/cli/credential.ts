import type { Command } from 'commander'
import { type Names, readPair } from '../credential/credential-pair.ts'
import { ENVIRONMENT_NAMES, type Environment, environmentCredential } from '../credential/environment.ts'
import type { Credential } from '../sign/signer.ts'
import { asUsageError, usageError } from './command-error.ts'

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
  const { accessKeyId, accessKeySecret, securityToken } = options
  const isGiven = accessKeyId !== undefined || accessKeySecret !== undefined || securityToken !== undefined
  return asUsageError(() =>
    isGiven
      ? readPair(OPTION_NAMES, [accessKeyId, accessKeySecret, securityToken])
      : environmentCredential(environment)?.credential,
  )
}

/** Like {@link findCredential}, but a sentence that says what to set where there is none. */
export function needCredential(options: CredentialOptions, environment: Environment): Credential {
  const credential = findCredential(options, environment)
  if (credential !== undefined) return credential
  throw usageError('There is no credential. Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET in the environment.')
}
