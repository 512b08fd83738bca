import { eq, fileSize, oneOf, startsWith } from '../policy/build-policy.ts'
import type { Condition } from '../policy/condition.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { ossV1 } from '../sign/oss-v1.ts'
import type { Credential } from '../sign/signer.ts'
import { healthz } from './answers.ts'
import { createHandler, type Endpoints, type Handler, type Methods } from './handler.ts'
import { readPrefix } from './key/prefix.ts'
import { createObserver, type ObserverOptions } from './observe/observer.ts'
import { type Page, pageEndpoints } from './page.ts'
import { createHost, originOf, type PresetHost } from './preset-host.ts'
import { type AnswerShape, signatureResponse } from './signature-answer.ts'
import { checkBucket } from './storage/check-storage.ts'

export type PresetName = 'python' | 'java' | 'go' | 'php' | 'nodejs' | 'ruby' | 'csharp'

/** One of the vendor's sample servers: docs/spec/direct-upload-server.md section 1.2. */
export interface Preset {
  readonly port: number
  readonly lifetimeSeconds: number
  /** How its policy writes the expiration: `…:00Z` or `….000Z`. */
  readonly expirationFormat: 'seconds' | 'milliseconds'
  readonly answer: AnswerShape
  readonly host: PresetHost
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
  nodejs: { port: 8000, lifetimeSeconds: HOUR, expirationFormat: 'milliseconds', answer: 'v1', host: 'http, by location', dir: 'prefix/',
    conditions: (_dir, bucket) => [UP_TO_1000_MIB, { op: 'eq', field: 'bucket', value: bucket, spelling: 'object' }] },
  ruby: { port: 8000, lifetimeSeconds: 30, expirationFormat: 'seconds', answer: 'v1-expire', host: 'http', dir: USER_DIR,
    conditions: (dir) => [KEY_IN(dir)] },
  csharp: { port: 8000, lifetimeSeconds: HOUR, expirationFormat: 'milliseconds', answer: 'pascal', host: 'no scheme', dir: USER_DIR,
    conditions: () => [UP_TO_1000_MIB] },
}

export interface PresetOptions extends ObserverOptions {
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
  const { credential, page, now = () => new Date() } = options
  const preset = presetNamed(name)
  const bucket = checkBucket(options.bucket)
  const dir = readPrefix('dir', options.dir ?? preset.dir)
  const host = createHost(preset.host, options)
  const signer = ossV1(withoutToken(credential))
  const conditions = preset.conditions(dir, bucket)

  async function signature(): Promise<Response> {
    const where = await host()
    const at = now()
    const expiresAt = new Date((Math.floor(at.getTime() / 1000) + preset.lifetimeSeconds) * 1000)
    const policy = encodePolicy({ expiration: expiresAt, conditions }, { expirationFormat: preset.expirationFormat })
    return signatureResponse(preset.answer, { fields: signer.sign(policy, at), host: where, dir, expiresAt })
  }

  const endpoints: Endpoints = new Map<string, Methods>([
    ['/get_post_signature_for_oss_upload', { GET: signature }],
    ['/healthz', { GET: healthz }],
    ...(page === undefined ? [] : pageEndpoints(page, async () => originOf(await host()))),
  ])
  const { endpoints: observed, watcher } = createObserver(options)
  return createHandler(new Map([...endpoints, ...observed]), { watcher, now })
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
