import { withSlash } from '../issuer/key/prefix.ts'
import { createPresetIssuer, PRESETS, type PresetName } from '../issuer/presets.ts'
import type { Logger } from '../observe/logger.ts'
import { OSS } from '../policy/dialect.ts'
import type { Finding } from '../policy/lint/finding.ts'
import { lintPolicy } from '../policy/lint-policy.ts'
import { createBucketLocation } from './bucket-location.ts'
import { readBuiltPage } from './built-page.ts'
import { asUsageError } from './command-error.ts'
import { type CredentialOptions, needCredential } from './credential.ts'
import { type Place, readPlace, type StorageOptions } from './place.ts'
import type { Service } from './service.ts'

export interface PresetServeOptions extends CredentialOptions, StorageOptions {
  readonly preset: PresetName
  readonly dir?: string
}

/** One of the vendor's sample servers. Its front ends cannot send a security token, so it needs a key pair that stays. */
export async function presetService(options: PresetServeOptions, log: Logger | undefined): Promise<Service> {
  const { preset } = options
  const place = readPlace(options)
  const { from, source } = needCredential(options, process.env)
  const credential = await source()
  const page = await readBuiltPage('signature')
  const handler = asUsageError(() =>
    createPresetIssuer(preset, {
      ...presetHost(options, place),
      bucket: place.bucket,
      bucketLocation: createBucketLocation(place, credential),
      credential,
      page,
      ...(options.dir === undefined ? {} : { dir: options.dir }),
      ...(log === undefined ? {} : { log }),
    }),
  )
  return {
    handler,
    host: undefined,
    port: PRESETS[preset].port,
    rows: (url) => [
      ['Page', `${url}/`],
      ['Issuer', `${url}/get_post_signature_for_oss_upload`],
      ['Bucket', place.url],
      ['Credential', from],
    ],
    lint: [{ of: `The policy of the preset ${preset}`, findings: lintPreset(options, place) }],
    warnings: [],
    open: '',
  }
}

/** The sample works out its own host, except where it is told, or where a bare address leaves nothing to work out. */
function presetHost(
  { hostUrl }: PresetServeOptions,
  { endpoint, bucketUrl, url }: Place,
): { endpoint: string; hostUrl?: string } {
  const isPathStyle = new URL(bucketUrl).host === endpoint.host
  return { endpoint: endpoint.host, ...(hostUrl !== undefined || isPathStyle ? { hostUrl: url } : {}) }
}

/** What lint says of the policy that each answer carries. */
function lintPreset(options: PresetServeOptions, place: Place): Finding[] {
  const { conditions, lifetimeSeconds, host, dir } = PRESETS[options.preset]
  const now = new Date()
  const policy = {
    expiration: new Date(now.getTime() + lifetimeSeconds * 1000),
    conditions: conditions(withSlash(options.dir ?? dir), place.bucket),
  }
  const { hostUrl, endpoint } = presetHost(options, place)
  const url = hostUrl ?? `${host === 'https' ? 'https' : 'http'}://${place.bucket}.${endpoint}/`
  return lintPolicy(policy, OSS, { url, scheme: 'oss-v1', now })
}
