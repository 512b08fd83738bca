import * as v from 'valibot'
import type { Lifetime } from '../base/units.ts'
import { assumeRole, oidcRole } from '../credential/assume-role.ts'
import { credentialChain, type FoundCredential } from '../credential/credential-chain.ts'
import { readPair } from '../credential/credential-pair.ts'
import type { CredentialSource } from '../credential/credential-source.ts'
import { ecsRole } from '../credential/ecs-role.ts'
import { ENVIRONMENT_NAMES } from '../credential/environment.ts'
import { keepFresh } from '../credential/keep-fresh.ts'
import { profileCredential } from '../credential/profile.ts'
import { choice, lifetime, made, members, text } from '../issuer/options/schema.ts'
import type { Credential } from '../sign/signer.ts'
import { readVariables, type Secret, type Sources, secret } from './secret.ts'

/** Where a credential comes from. `chain`: the first place that has one, which is also what happens without any of this. */
export type CredentialConfig =
  | 'chain'
  | { readonly accessKeyId: Secret; readonly accessKeySecret: Secret; readonly securityToken?: Secret }
  | { readonly profile: string }
  | { readonly ecsRole: { readonly roleName?: string; readonly hardenedOnly?: boolean } }
  | { readonly assumeRole: RoleConfig }
  | { readonly oidcRole: RoleConfig & { readonly providerArn: string; readonly tokenFile: string } }

interface RoleConfig {
  readonly roleArn: string
  readonly sessionName?: string
  readonly expiresIn?: Lifetime
  readonly endpoint?: string
  readonly externalId?: string
}

type Given = Credential | CredentialSource

const ADVICE =
  'Write "chain", an object with accessKeyId and accessKeySecret, or one with profile, ecsRole, assumeRole or oidcRole.'
/** The longest that a role can be told to allow: docs/spec/auth.md section 5. */
const MAX_SESSION_SECONDS = 43_200

/** A {@link CredentialConfig}, or what `oss` and `s3` take, as what gives a credential. */
export function credentialSchema(sources: Sources) {
  const Pair = pairSchema(sources)
  const Named = choice(namedSchemas(sources))
  return v.lazy((value): v.GenericSchema<unknown, Given> => {
    if (typeof value === 'function') return v.custom<CredentialSource>(() => true)
    if (value === 'chain')
      return v.pipe(
        v.unknown(),
        made(() => foundCredential(sources).source),
      )
    if (typeof value !== 'object' || value === null) return v.never(ADVICE)
    return Object.keys(value).some((name) => PAIR_MEMBERS.includes(name)) ? Pair : Named
  })
}

/** What the environment, a profile or the machine gives. Throws a `TypeError` where none of them does. */
export function foundCredential(sources: Pick<Sources, 'environment' | 'onFault'>): FoundCredential {
  const names = ENVIRONMENT_NAMES.flat()
  return credentialChain({ environment: readVariables(names, sources.environment), onFault: sources.onFault })
}

const PAIR_MEMBERS = ['accessKeyId', 'accessKeySecret', 'securityToken']

function pairSchema(sources: Sources) {
  return v.pipe(
    members({
      accessKeyId: secret(sources),
      accessKeySecret: secret(sources),
      securityToken: v.exactOptional(secret(sources)),
      expires: v.exactOptional(v.date('Write a Date.')),
    }),
    made(({ accessKeyId, accessKeySecret, securityToken, expires }): Given => {
      const pair = readPair(
        ['accessKeyId', 'accessKeySecret', 'securityToken'],
        [accessKeyId, accessKeySecret, securityToken],
      )
      return expires === undefined ? pair : { ...pair, expires }
    }),
  )
}

function namedSchemas(sources: Sources): Readonly<Record<string, v.GenericSchema<unknown, Given>>> {
  const fresh = { onFault: sources.onFault }
  const role = {
    roleArn: text(),
    sessionName: v.exactOptional(text()),
    expiresIn: v.optional(lifetime(1, MAX_SESSION_SECONDS), '1h'),
    endpoint: v.exactOptional(text()),
    externalId: v.exactOptional(text()),
  }
  return {
    profile: v.pipe(
      text(),
      made((name): Given => namedProfile(name, sources)),
    ),
    ecsRole: v.pipe(
      members({ roleName: v.exactOptional(text()), hardenedOnly: v.exactOptional(v.boolean('Write true or false.')) }),
      made((options): Given => keepFresh(ecsRole(options), fresh)),
    ),
    assumeRole: v.pipe(
      members(role),
      made(({ expiresIn: durationSeconds, ...options }): Given => {
        const { base } = foundCredential(sources)
        return keepFresh(assumeRole(base, { ...options, durationSeconds }), fresh)
      }),
    ),
    oidcRole: v.pipe(
      members({ ...role, providerArn: text(), tokenFile: text() }),
      made(
        ({ expiresIn: durationSeconds, ...options }): Given =>
          keepFresh(oidcRole({ ...options, durationSeconds }), fresh),
      ),
    ),
  }
}

function namedProfile(name: string, { environment, onFault }: Sources): CredentialSource {
  const found = profileCredential({ ...environment, ALIBABA_CLOUD_PROFILE: name }, undefined, { onFault })
  if (found === undefined) throw new TypeError(`There is no file of profiles with "${name}".`)
  return found.source
}
