import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Credential } from '../sign/signer.ts'
import { assumeRole } from './assume-role.ts'
import { readPair } from './credential-pair.ts'
import type { CredentialSource } from './credential-source.ts'
import { ecsRole } from './ecs-role.ts'
import type { Environment } from './environment.ts'
import { type KeepFreshOptions, keepFresh } from './keep-fresh.ts'
import { type Profile, readProfile } from './profile-file.ts'

/** A profile of a file, and where it is. */
export interface NamedProfile {
  readonly name: string
  readonly source: CredentialSource
}

/** Where people keep profiles: the variable that names a file, and the file where it names none. */
const FILES: readonly (readonly [variable: string, ...path: string[]])[] = [
  ['OSS_CREDENTIAL_PROFILES_FILE', '.oss', 'credentials'],
  ['ALIBABA_CLOUD_CREDENTIALS_FILE', '.alibabacloud', 'credentials'],
]

/** Where an edited file is noticed without a restart. */
const RECHECK_SECONDS = 60

/**
 * The first profile that is there: in the file that a variable names or in its usual place, under the name that
 * `ALIBABA_CLOUD_PROFILE` says or `default`. A file or profile that was named must be there.
 *
 * @see docs/guide/credentials.md
 */
export function profileCredential(
  environment: Environment,
  home: string = homedir(),
  options: KeepFreshOptions & { readonly stsEndpoint?: string } = {},
): NamedProfile | undefined {
  const section = environment['ALIBABA_CLOUD_PROFILE'] || 'default'
  for (const [variable, ...path] of FILES) {
    const named = environment[variable] || undefined
    const file = named ?? join(home, ...path)
    const profile = readProfile(file, section)
    if (profile !== undefined && profile.get('enable') !== 'false')
      return { name: `profile "${section}" of ${file}`, source: sourceOf(file, section, profile, options) }
    if (named !== undefined) throw new TypeError(`${variable} names ${file}, which has no profile "${section}".`)
  }
  if (environment['ALIBABA_CLOUD_PROFILE'])
    throw new TypeError(`ALIBABA_CLOUD_PROFILE is "${section}", and no file of profiles has it.`)
  return undefined
}

function sourceOf(
  file: string,
  section: string,
  profile: Profile,
  options: KeepFreshOptions & { readonly stsEndpoint?: string },
): CredentialSource {
  const type = profile.get('type') ?? (profile.has('oss_access_key_id') ? 'oss' : undefined)
  const again = (): Credential => pairOf(file, section, readProfile(file, section) ?? new Map())
  switch (type) {
    case 'ecs_ram_role':
      return keepFresh(ecsRole(roleName(profile)), options)
    case 'ram_role_arn':
      return keepFresh(assumeRole(again, roleOptions(profile, options)), options)
    case 'access_key':
    case 'sts':
    case 'oss':
      pairOf(file, section, profile) // now, so that half of one is noticed at the start
      return keepFresh(again, { recheckSeconds: RECHECK_SECONDS, ...options })
    default:
      throw new TypeError(
        `The profile "${section}" of ${file} has the type "${type ?? ''}". Use access_key, sts, ram_role_arn or ecs_ram_role.`,
      )
  }
}

function pairOf(file: string, section: string, profile: Profile): Credential {
  const isOss = profile.has('oss_access_key_id') || profile.has('oss_secret_access_key')
  const names = isOss
    ? (['oss_access_key_id', 'oss_secret_access_key', 'oss_session_token'] as const)
    : (['access_key_id', 'access_key_secret', 'security_token'] as const)
  const [id, secret, token] = names
  const where = (name: string) => `${name} of the profile "${section}" in ${file}`
  const value = (name: string) => profile.get(name) || undefined
  return readPair([where(id), where(secret), where(token)], [value(id), value(secret), value(token)])
}

function roleName(profile: Profile) {
  const name = profile.get('role_name')
  return name ? { roleName: name } : {}
}

function roleOptions(profile: Profile, { stsEndpoint, now }: KeepFreshOptions & { readonly stsEndpoint?: string }) {
  const sessionName = profile.get('role_session_name')
  return {
    roleArn: profile.get('role_arn') ?? '',
    ...(sessionName ? { sessionName } : {}),
    ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
    ...(now === undefined ? {} : { now }),
  }
}
