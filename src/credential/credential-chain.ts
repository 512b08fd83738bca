import type { Credential } from '../sign/signer.ts'
import { assumeRole, oidcRole, type RoleOptions } from './assume-role.ts'
import type { CredentialSource } from './credential-source.ts'
import { ecsRole } from './ecs-role.ts'
import { type Environment, environmentCredential } from './environment.ts'
import { type KeepFreshOptions, keepFresh, type OnFault } from './keep-fresh.ts'
import { profileCredential } from './profile.ts'

export interface CredentialChainOptions {
  /** Used before all others. */
  readonly credential?: Credential | CredentialSource
  /** A role to take with whatever is found; `OSS_STS_ROLE_ARN` or `ALIBABA_CLOUD_ROLE_ARN` unless told otherwise. */
  readonly roleArn?: string
  /** The STS to ask, where one is: `sts.aliyuncs.com` by HTTPS unless told otherwise. */
  readonly stsEndpoint?: string
  /** The variables to look at; those of this process. */
  readonly environment?: Environment
  /** Where files of profiles are looked for; the user's own folder. */
  readonly home?: string
  /** Hears in a sentence why a credential could not be renewed. */
  readonly onFault?: OnFault
  readonly now?: () => Date
}

/** What a chain took. */
export interface FoundCredential {
  /** Where it comes from, for a log: `OSS_ACCESS_KEY_ID`, `ECS role "uploader"`. */
  readonly from: string
  /** Gives it, renewed in time. */
  readonly source: CredentialSource
  /** The same without the role that was taken with it: who may ask for further roles. */
  readonly base: CredentialSource
}

/**
 * The first credential that applies: the one given, the environment's, a service account's role (OIDC), a profile's, the
 * role of an ECS instance that the environment names. Which it is, is settled here and does not change later; half of one is
 * an error that names what is missing.
 *
 * @example
 * const { source, from } = credentialChain()
 * const storage = oss({ bucket: 'photos', region: 'cn-hangzhou', credential: source })
 *
 * @throws TypeError where none applies
 * @see docs/guide/credentials.md
 */
export function credentialChain(options: CredentialChainOptions = {}): FoundCredential {
  const { environment = process.env } = options
  const oidc = oidcOf(environment, options)
  const base =
    given(options) ??
    fromEnvironment(environment) ??
    oidc ??
    fromProfile(environment, options) ??
    fromEcs(environment, options)
  if (base === undefined) throw new TypeError(NONE)
  const roleArn = options.roleArn || roleOf(environment, base === oidc)
  if (roleArn === undefined) return { ...base, base: base.source }
  const role = keepFresh(assumeRole(base.source, { roleArn, ...common(environment, options) }), options)
  return { from: `${base.from}, as the role ${roleArn}`, source: role, base: base.source }
}

type Base = Omit<FoundCredential, 'base'>

const NONE =
  'There is no credential. Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET in the environment, keep a profile in ~/.oss/credentials, or name the role of an ECS instance in ALIBABA_CLOUD_ECS_METADATA.'

function given({ credential }: CredentialChainOptions): Base | undefined {
  if (credential === undefined) return undefined
  return { from: 'the configuration', source: typeof credential === 'function' ? credential : () => credential }
}

function fromEnvironment(environment: Environment): Base | undefined {
  const found = environmentCredential(environment)
  return found && { from: found.name, source: () => found.credential }
}

/** The cluster sets all three. A role alone is for whatever else is found. */
function oidcOf(environment: Environment, options: CredentialChainOptions): Base | undefined {
  const providerArn = environment['ALIBABA_CLOUD_OIDC_PROVIDER_ARN']
  const tokenFile = environment['ALIBABA_CLOUD_OIDC_TOKEN_FILE']
  const roleArn = environment['ALIBABA_CLOUD_ROLE_ARN']
  if (!providerArn || !tokenFile || !roleArn) return undefined
  const role = oidcRole({ roleArn, providerArn, tokenFile, ...common(environment, options) })
  return { from: `the service account's role ${roleArn}`, source: keepFresh(role, options) }
}

function fromProfile(environment: Environment, options: CredentialChainOptions): Base | undefined {
  const found = profileCredential(environment, options.home, options)
  return found && { from: found.name, source: found.source }
}

/** Only where the environment says so: elsewhere whoever answers at that address is a stranger. */
function fromEcs(environment: Environment, options: CredentialChainOptions): Base | undefined {
  const roleName = environment['ALIBABA_CLOUD_ECS_METADATA']
  if (!roleName) return undefined
  const hardenedOnly = environment['ALIBABA_CLOUD_IMDSV1_DISABLE'] === 'true'
  return { from: `ECS role "${roleName}"`, source: keepFresh(ecsRole({ roleName, hardenedOnly }), options) }
}

/** `ALIBABA_CLOUD_ROLE_ARN` is the role of the service account itself where that was taken. */
function roleOf(environment: Environment, isOidc: boolean): string | undefined {
  return environment['OSS_STS_ROLE_ARN'] || (isOidc ? undefined : environment['ALIBABA_CLOUD_ROLE_ARN']) || undefined
}

function common(
  environment: Environment,
  { stsEndpoint, now }: CredentialChainOptions & KeepFreshOptions,
): Omit<RoleOptions, 'roleArn'> {
  const sessionName = environment['ALIBABA_CLOUD_ROLE_SESSION_NAME']
  return {
    ...(sessionName ? { sessionName } : {}),
    ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
    ...(now === undefined ? {} : { now }),
  }
}
