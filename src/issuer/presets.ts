import { PosternError } from '../base/errors.ts'
import { eq, fileSize, oneOf, startsWith } from '../policy/build-policy.ts'
import type { Condition } from '../policy/condition.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { ossV1 } from '../sign/oss-v1.ts'
import type { Credential } from '../sign/signer.ts'
import { healthz } from './create-issuer.ts'
import { createHandler, type Handler, type OnError } from './handler.ts'
import { type Page, pageEndpoints } from './page.ts'
import { readPrefix } from './route.ts'
import { type AnswerShape, signatureResponse } from './signature-answer.ts'
import { checkBucket, checkUrl } from './storage.ts'

export type PresetName = 'python' | 'java' | 'go' | 'php' | 'nodejs' | 'ruby' | 'csharp'

/** One of the vendor's sample servers: docs/spec/direct-upload-server.md section 1.2. */
export interface Preset {
  readonly port: number
  readonly lifetimeSeconds: number
  /** How its policy writes the expiration: `…:00Z` or `….000Z`. */
  readonly expirationFormat: 'seconds' | 'milliseconds'
  readonly answer: AnswerShape
  readonly host: 'https' | 'http' | 'no scheme' | 'http, from the location of the bucket'
  readonly dir: string
  /** In the sample's order. */
  readonly conditions: (dir: string, bucket: string) => readonly Condition[]
}

const KEY_IN = (dir: string) => startsWith('key', dir)
const UP_TO_1000_MIB = fileSize(0, 1_048_576_000)
const HOUR = 3600
const USER_DIR = 'user-dir-prefix/'

/** The seven sample servers, as data. */
// biome-ignore format: a table is read by its columns
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  python: { port: 8000, lifetimeSeconds: HOUR, expirationFormat: 'seconds', answer: 'v1', host: 'https', dir: USER_DIR,
    conditions: (dir) => [eq('success_action_status', '200'), KEY_IN(dir), fileSize(1, 1_000_000), oneOf('content-type', ['image/jpg', 'image/png'])] },
  java: { port: 8000, lifetimeSeconds: HOUR, expirationFormat: 'milliseconds', answer: 'v1', host: 'https', dir: USER_DIR,
    conditions: (dir) => [UP_TO_1000_MIB, KEY_IN(dir)] },
  go: { port: 8080, lifetimeSeconds: HOUR, expirationFormat: 'seconds', answer: 'v1', host: 'http', dir: USER_DIR,
    conditions: (dir) => [KEY_IN(dir), fileSize(1024, 10_485_760)] },
  php: { port: 8000, lifetimeSeconds: 30, expirationFormat: 'milliseconds', answer: 'v1', host: 'http', dir: USER_DIR,
    conditions: (dir) => [UP_TO_1000_MIB, KEY_IN(dir)] },
  nodejs: { port: 8000, lifetimeSeconds: HOUR, expirationFormat: 'milliseconds', answer: 'v1', host: 'http, from the location of the bucket', dir: 'prefix/',
    conditions: (_dir, bucket) => [UP_TO_1000_MIB, { op: 'eq', field: 'bucket', value: bucket, spelling: 'object' }] },
  ruby: { port: 8000, lifetimeSeconds: 30, expirationFormat: 'seconds', answer: 'v1-expire', host: 'http', dir: USER_DIR,
    conditions: (dir) => [KEY_IN(dir)] },
  csharp: { port: 8000, lifetimeSeconds: HOUR, expirationFormat: 'milliseconds', answer: 'pascal', host: 'no scheme', dir: USER_DIR,
    conditions: () => [UP_TO_1000_MIB] },
}

export interface PresetOptions {
  readonly credential: Credential
  readonly bucket: string
  /** A host: `oss-cn-hangzhou.aliyuncs.com`. */
  readonly endpoint: string
  /** What keys begin with; the sample's own unless told otherwise. */
  readonly dir?: string
  /** Answered in place of the host that the sample works out: an embedded store's address, a domain of one's own. */
  readonly hostUrl?: string
  /** Served at `/` where it is given. */
  readonly page?: Page
  readonly now?: () => Date
  /** Asks the storage where the bucket is (`oss-cn-hangzhou`); the nodejs preset needs it, or `hostUrl`. */
  readonly bucketLocation?: () => Promise<string>
  /** Told of every error that is not the caller's own; written to the console where it is absent. */
  readonly onError?: OnError
}

/**
 * One of the vendor's sample servers: its address, its policy, its answer, without its faults. It asks nobody who they
 * are, as the samples do not: for trying things out, and for front ends that exist.
 *
 * @example
 * const handler = createPresetIssuer('go', { credential, bucket: 'photos', endpoint: 'oss-cn-hangzhou.aliyuncs.com' })
 *
 * @see docs/guide/presets.md
 */
export function createPresetIssuer(name: PresetName, options: PresetOptions): Handler {
  const { credential, page, now = () => new Date(), onError } = options
  const preset = presetNamed(name)
  const bucket = checkBucket(options.bucket)
  const dir = readPrefix('dir', options.dir ?? preset.dir)
  const host = createHost(preset, options)
  const signer = ossV1(withoutToken(credential))
  const conditions = preset.conditions(dir, bucket)

  async function signature(): Promise<Response> {
    const at = now()
    const expiresAt = new Date((Math.floor(at.getTime() / 1000) + preset.lifetimeSeconds) * 1000)
    const policy = encodePolicy({ expiration: expiresAt, conditions }, preset)
    return signatureResponse(preset.answer, { fields: signer.sign(policy, at), host: await host(), dir, expiresAt })
  }

  const endpoints = new Map([
    ['/get_post_signature_for_oss_upload', { GET: signature }],
    ['/healthz', { GET: healthz }],
    ...(page === undefined ? [] : pageEndpoints(page, async () => originOf(await host()))),
  ])
  return createHandler(endpoints, onError)
}

function presetNamed(name: PresetName): Preset {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name]
  throw new TypeError(`There is no preset "${name}". There are ${Object.keys(PRESETS).join(', ')}.`)
}

/** These front ends send a fixed list of fields, and a security token is not among them: OSS would refuse every form. */
function withoutToken(credential: Credential): Credential {
  if (credential.securityToken === undefined) return credential
  throw new TypeError("A preset needs a key pair of its own: the samples' front ends cannot send a security token.")
}

/** Where the front end posts to, as the sample writes it. */
function createHost(preset: Preset, options: PresetOptions): () => string | Promise<string> {
  const { bucket, hostUrl, bucketLocation } = options
  const endpoint = checkEndpoint(options.endpoint)
  if (hostUrl !== undefined) {
    const host = checkUrl('hostUrl', hostUrl)
    return () => host
  }
  switch (preset.host) {
    case 'https':
      return () => `https://${bucket}.${endpoint}`
    case 'http':
      return () => `http://${bucket}.${endpoint}`
    case 'no scheme':
      return () => `${bucket}.${endpoint}`
    case 'http, from the location of the bucket':
      if (bucketLocation === undefined)
        throw new TypeError('The nodejs preset asks where the bucket is: pass bucketLocation, or hostUrl.')
      return keepSuccess(async () => `http://${bucket}.${await locate(bucket, bucketLocation)}.aliyuncs.com`)
  }
}

function checkEndpoint(endpoint: string): string {
  if (typeof endpoint === 'string' && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(endpoint)) return endpoint
  throw new TypeError(`"${endpoint}" is no endpoint: a host without scheme or path, oss-cn-hangzhou.aliyuncs.com.`)
}

async function locate(bucket: string, bucketLocation: () => Promise<string>): Promise<string> {
  try {
    const location = await bucketLocation()
    if (/^[a-z0-9-]{1,63}$/.test(location)) return location
    throw new Error(`"${location.slice(0, 100)}" is no location.`)
  } catch (cause) {
    const detail = `The storage did not say where the bucket "${bucket}" is. Look at the endpoint and the key pair, or pass the host.`
    throw new PosternError('storage-unreachable', detail, {}, { cause })
  }
}

/** Asks once for all who wait, and keeps the answer; a failure is kept for nobody. */
function keepSuccess<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined
  return () => {
    kept ??= ask().catch((error) => {
      kept = undefined
      throw error
    })
    return kept
  }
}

/** A bare host is a source of its own in a Content-Security-Policy, whatever the scheme. */
function originOf(host: string): string {
  return host.includes('://') ? new URL(host).origin : host
}
