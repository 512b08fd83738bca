import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_UPLOAD_MAX_AGE_MS } from '../base/limits.ts'
import type { StoreHandler } from '../http/exchange.ts'
import type { HttpLimits } from '../http/limits.ts'
import { serveExchange } from '../http/serve-exchange.ts'
import { type HttpServer, type ListenOptions, urlOf } from '../http/server.ts'
import type { Credential } from '../sign/signer.ts'
import { corsFault } from './bucket/cors-rules.ts'
import { type CallbackOptions, openCallbacks } from './callback/callbacks.ts'
import { openDisk } from './disk/open-disk.ts'
import type { BucketAcl, BucketRecord, Cors } from './disk/records.ts'
import { createStoreHandler } from './handler.ts'
import { type KeyRing, openKeyRing } from './keys/key-ring.ts'
import { ownKeys, type StoreCredential } from './keys/own-keys.ts'
import { type RoleOptions, readRoles } from './keys/parse-roles.ts'
import { type Observer, type ObserverOptions, openObserver } from './observe/observer.ts'
import { hostSuffixes } from './request/address.ts'
import { isBucketName } from './request/bucket-name.ts'
import type { StoreContext } from './request/context.ts'
import { openSts } from './sts/open-sts.ts'
import { sweepRegularly } from './upload/sweep-uploads.ts'

export interface BucketOptions {
  /** `private` unless told otherwise. */
  readonly acl?: BucketAcl
  readonly cors?: Cors
}

export interface StoreOptions extends ObserverOptions {
  /** The folder that holds everything; absent: a temporary one, removed on close. */
  readonly data?: string
  /** Buckets that must exist. One that exists already keeps its objects and takes the settings given here. */
  readonly buckets?: readonly (string | ({ readonly name: string } & BucketOptions))[]
  /** Who may sign; all of them stand for the store's one account. Absent: a pair made up for this run. */
  readonly credentials?: readonly StoreCredential[]
  /** What temporary keys may do that are asked of the store's STS. Further roles may stand in the file of keys. */
  readonly roles?: readonly RoleOptions[]
  /** A file of more key pairs, such as `postern store keys` writes. It need not be there yet; changes count at once. */
  readonly keys?: string
  /** Told what is wrong with a file of keys that has changed; the keys stay as they were. Writes to stderr unless told otherwise. */
  readonly onKeysFault?: (sentence: string) => void
  /** `cn-hangzhou` unless told otherwise. */
  readonly region?: string
  /** Host suffixes below which the first label names the bucket, beside `localhost` and `oss-*.aliyuncs.com`. */
  readonly domains?: readonly string[]
  /** Hosts, without a port, that stand for one bucket each: `{ 'files.example.com': 'photos' }`. */
  readonly cnames?: Readonly<Record<string, string>>
  /** Whether a field after the file is refused; else it is ignored, as OSS does. */
  readonly strictForms?: boolean
  /** How long a multipart upload may lie untouched before it is aborted: seven days unless told otherwise, for ever with Infinity. */
  readonly uploadMaxAgeMs?: number
  /** Where uploads may have the store call back, and how applications check that it was the store. */
  readonly callbacks?: CallbackOptions
  readonly now?: () => Date
}

/** An open store. */
export interface Store {
  /** The store without a socket: a request in, a response out. */
  readonly handler: StoreHandler
  readonly region: string
  /** Who may sign; the first is the made-up pair where none was given. */
  readonly credentials: readonly [Credential, ...Credential[]]
  /** Where applications fetch the public key that the store's callbacks are signed with: the `x-oss-pub-key-url` of each. */
  callbackKeyUrl(): string
  /** Serves the store over HTTP, on 127.0.0.1 and a free port unless told otherwise; `limits` bound what clients may take. */
  listen(options?: ListenOptions & { readonly limits?: Partial<HttpLimits> }): Promise<HttpServer>
  /**
   * Serves what the store counts from now on to Prometheus, under `/metrics`: on 127.0.0.1 and a free port unless told
   * otherwise, and never on the store's own, where any path may be a key.
   */
  listenMetrics(options?: ListenOptions): Promise<HttpServer>
  /** Makes a bucket, or gives an existing one these settings. */
  createBucket(name: string, options?: BucketOptions): Promise<void>
  setCors(bucket: string, cors: Cors): Promise<void>
  /** Reads the file of keys now, rather than within a second of its change. */
  reloadKeys(): Promise<void>
  /** Stops listening, waits for requests that make progress (`limits.closeGraceMs` at most), and releases the folder. */
  close(): Promise<void>
}

/**
 * Opens an embedded store that judges upload forms as OSS does.
 *
 * @example
 * const store = await openStore({ buckets: ['photos'] })
 * const { url } = await store.listen()
 *
 * @see docs/spec/post-object.md
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const release: (() => Promise<void>)[] = [] // what is open, the last opened last
  async function close(): Promise<void> {
    for (let next = release.pop(); next !== undefined; next = release.pop()) await next()
  }
  try {
    const maxAge = uploadMaxAge(options)
    const [context, observer] = [await openContext(options, release), await openObserver(options)]
    release.push(sweepRegularly({ ...context, maxAge, onFault: observer.faultHappened }))
    const store = storeOf(context, observer, release)
    for (const bucket of options.buckets ?? []) {
      const { name, ...settings } = typeof bucket === 'string' ? { name: bucket } : bucket
      await store.createBucket(name, settings)
    }
    return { ...store, close }
  } catch (error) {
    await close()
    throw error
  }
}

function uploadMaxAge({ uploadMaxAgeMs = DEFAULT_UPLOAD_MAX_AGE_MS }: StoreOptions): number {
  if (uploadMaxAgeMs > 0) return uploadMaxAgeMs
  throw new TypeError(`uploadMaxAgeMs is ${uploadMaxAgeMs}: give milliseconds, or Infinity to keep every upload.`)
}

interface OpenContext extends StoreContext {
  readonly credentials: Store['credentials']
  readonly keys: KeyRing
  /** What serves it; grows as it listens. */
  readonly servers: HttpServer[]
}

async function openContext(options: StoreOptions, release: (() => Promise<void>)[]): Promise<OpenContext> {
  const data = options.data ?? (await temporaryFolder(release))
  const { catalog, blobs } = await openDisk(data)
  release.push(() => catalog.close())

  const credentials = ownKeys(options.credentials)
  const keys = await openKeyRing({
    own: credentials,
    ownRoles: readRoles(options.roles),
    path: options.keys,
    onFault: options.onKeysFault ?? logFault,
  })
  release.push(async () => keys.close())
  const sts = await openSts(data, keys)
  const { sessions } = sts
  const servers: HttpServer[] = []
  const callbacks = await openCallbacks(data, options.callbacks ?? {}, () => reachableUrl(servers[0]))
  release.push(() => callbacks.close())
  return {
    servers,
    callbacks,
    catalog,
    blobs,
    credentials,
    keys,
    findCredential: (accessKeyId, securityToken) => keys.find(accessKeyId) ?? sessions.find(accessKeyId, securityToken),
    knowsToken: (securityToken) => keys.hasToken(securityToken) || sessions.isToken(securityToken),
    sts,
    region: (options.region ?? 'cn-hangzhou').replace(/^oss-/, ''), // vendor code writes both; signatures name the second
    domains: hostSuffixes(options.domains ?? []),
    cnames: new Map(Object.entries(options.cnames ?? {}).map(readCname)),
    strictForms: options.strictForms ?? false,
    now: options.now ?? (() => new Date()),
  }
}

function storeOf(context: OpenContext, observer: Observer, release: (() => Promise<void>)[]): Omit<Store, 'close'> {
  const { catalog, callbacks, credentials, keys, servers, region, now } = context
  const handler = createStoreHandler(context, observer.faultHappened)
  return {
    handler,
    region,
    credentials,
    reloadKeys: keys.reload,
    callbackKeyUrl: callbacks.keyUrl,
    async listen(where = {}) {
      const server = await serveExchange(handler, { ...where, watcher: observer, onError: observer.faultHappened })
      servers.push(server)
      release.push(() => server.close())
      return server
    },
    async listenMetrics(where) {
      const server = await observer.listenMetrics({ servers, catalog }, where)
      release.push(() => server.close())
      return server
    },
    async createBucket(name, { acl, cors } = {}) {
      if (!isBucketName(name)) throw new TypeError(`"${name}" is not a bucket name: 3 to 63 of a-z, 0-9 and "-".`)
      if (cors !== undefined) refuseCors(cors)
      const settings = { ...(acl && { acl }), ...(cors && { cors }) }
      const owner = credentials[0].accessKeyId
      const record: BucketRecord = { name, created: now().getTime(), owner, acl: 'private', ...settings }
      if (await catalog.createBucket(record)) return
      if (acl !== undefined || cors !== undefined) await catalog.updateBucket(name, (old) => ({ ...old, ...settings }))
    },
    async setCors(bucket, cors) {
      refuseCors(cors)
      const changed = await catalog.updateBucket(bucket, (record) => ({ ...record, cors }))
      if (changed === undefined) throw new TypeError(`There is no bucket "${bucket}".`)
    },
  }
}

/** Where a server can be asked from this machine, at the least: "every address" is none to ask. */
function reachableUrl(server: HttpServer | undefined): string | undefined {
  if (server === undefined) return undefined
  return EVERY_ADDRESS.has(server.host) ? urlOf('127.0.0.1', server.port) : server.url
}

const EVERY_ADDRESS = new Set(['0.0.0.0', '::'])

async function temporaryFolder(release: (() => Promise<void>)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-'))
  release.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function readCname([host, bucket]: readonly [string, string]): readonly [string, string] {
  if (!/^[a-z0-9.-]+$/i.test(host)) throw new TypeError(`cnames: "${host}" is no host name; write it without a port.`)
  if (!isBucketName(bucket)) throw new TypeError(`cnames: "${bucket}" is not a bucket name.`)
  return [host.toLowerCase(), bucket]
}

function logFault(sentence: string): void {
  console.error(`postern: ${sentence}`)
}

function refuseCors(cors: Cors): void {
  const fault = corsFault(cors)
  if (fault !== undefined) throw new TypeError(fault)
}
