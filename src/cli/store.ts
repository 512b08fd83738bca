import { access } from 'node:fs/promises'
import type { Command } from 'commander'
import { HTTP_LIMITS } from '../http/limits.ts'
import type { HttpServer } from '../http/server.ts'
import type { Logger } from '../observe/logger.ts'
import type { Credential } from '../sign/signer.ts'
import { collectBucketNames } from './bucket-name.ts'
import { addCallbackOptions, type CallbackCliOptions, callbackOptionsOf } from './callback-options.ts'
import { collectCnames } from './cname.ts'
import { addCredentialOptions, CREDENTIAL_HELP, type CredentialOptions, findCredential } from './credential.ts'
import { openCredentialFile } from './credential-file.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { keyFileOf } from './key-file-options.ts'
import { isLoopback, listening } from './listening.ts'
import { addLogOptions, type LogOptions, withLog } from './log-options.ts'
import { addMetricsOptions, listenMetrics, type MetricsOptions } from './metrics-options.ts'
import { onHangup } from './on-hangup.ts'
import { openFolderStore } from './open-folder-store.ts'
import { aligned, note, print } from './output.ts'
import { defineStoreCheck } from './store-check.ts'
import { defineStoreKeys } from './store-keys.ts'
import { collect, parseLifetime, parsePort, parseRegion } from './units.ts'
import { untilStopped } from './until-stopped.ts'

interface Options extends CallbackCliOptions, CredentialOptions, LogOptions, MetricsOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly bucket?: readonly string[]
  readonly region: string
  readonly domain?: readonly string[]
  readonly cname?: Readonly<Record<string, string>>
  readonly keys?: string
  /** In seconds. */
  readonly uploadMaxAge?: number
  /** In seconds. */
  readonly stopGrace?: number
}

const HELP = `
Example:
  postern store --bucket photos
${CREDENTIAL_HELP}
Where nothing gives one, a key pair is made on the first run and kept in
DIR/credentials.json. Prefer the environment to the options: other users of this
machine can read a command line.`

export function defineStore(command: Command): Command {
  command.enablePositionalOptions() // else `store` takes the options of its own commands
  defineStoreCheck(command.command('check'))
  defineStoreKeys(command.command('keys'))
  command
    .description('Runs the embedded store alone.')
    .option('--port <port>', 'where to listen; 0 takes a free port', parsePort, 9000)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--data <dir>', 'folder that keeps objects and key pair', '.postern')
    .option('--bucket <name>', 'bucket to make if it is missing; may be repeated', collectBucketNames)
    .option('--region <region>', 'region that signatures name', parseRegion, 'cn-hangzhou')
    .option('--domain <suffix>', 'host suffix below which the first label is the bucket; may be repeated', collect)
    .option('--cname <host=bucket>', 'host that stands for one bucket; may be repeated', collectCnames)
    .option('--keys <file>', 'file of more key pairs (default: DIR/keys.json)')
    .option(
      '--upload-max-age <time>',
      'abort a multipart upload that lies untouched so long (default: 7d)',
      parseLifetime,
    )
  addCallbackOptions(command)
  command
    .optionsGroup('Running it:')
    .option('--stop-grace <time>', 'how long a stop waits for requests under way (default: 10m)', parseLifetime)
  addMetricsOptions(addLogOptions(command))
  return addCredentialOptions(command).addHelpText('after', HELP).action(runStore)
}

async function runStore(options: Options): Promise<void> {
  await withLog(options, (log) => serveStore(options, log))
}

async function serveStore(options: Options, log: Logger): Promise<void> {
  const given = findCredential(options, process.env)
  if (options.keys !== undefined) await access(options.keys) // one that is not named may come later
  const folder = await openDataFolder(options.data)
  const credential = given ?? (await openCredentialFile(folder.credentials))
  const store = await openFolderStore(folder, {
    log,
    buckets: options.bucket ?? [],
    credentials: [credential],
    region: options.region,
    domains: options.domain ?? [],
    cnames: options.cname ?? {},
    keys: keyFileOf(options),
    onKeysFault: note,
    callbacks: callbackOptionsOf(options),
    ...(options.uploadMaxAge !== undefined && { uploadMaxAgeMs: options.uploadMaxAge * 1000 }),
  })
  onHangup(() => void store.reloadKeys())
  const stopped = untilStopped() // before the ready line: whoever waits for it may stop us at once
  const closeGraceMs = options.stopGrace === undefined ? HTTP_LIMITS.closeGraceMs : options.stopGrace * 1000
  try {
    const metrics = await listenMetrics(store, options)
    const server = await listening({ ...options, option: '--port' }, (where) =>
      store.listen({ ...where, limits: { closeGraceMs } }),
    )
    if (!isLoopback(options.host)) note(`Other machines can reach the store on ${options.host}, without encryption.`)
    const rows = summary(options, { folder, credential, isKept: given === undefined, metrics })
    print(...aligned(rows), `store listening on ${server.url}`)
    await stopped
    noteUnderWay(server, closeGraceMs)
  } finally {
    await store.close()
  }
}

/** Tells why the end takes a while, and how it takes none. */
function noteUnderWay(server: HttpServer, graceMs: number): void {
  const { requests } = server.load()
  if (requests === 0) return
  const what = requests === 1 ? '1 request is' : `${requests} requests are`
  note(`${what} under way: waiting up to ${graceMs / 1000} seconds. Stop again to end at once.`)
}

interface Served {
  readonly folder: DataFolder
  readonly credential: Credential
  readonly isKept: boolean
  readonly metrics: HttpServer | undefined
}

function summary(
  { region, bucket = [] }: Options,
  { folder, credential, isKept, metrics }: Served,
): [name: string, value: string][] {
  const rows: [name: string, value: string][] = [
    ['Data', folder.store],
    ['Key pair', isKept ? folder.credentials : `${credential.accessKeyId}, as given`],
    ['Region', region],
  ]
  if (bucket.length > 0) rows.push(['Buckets', bucket.join(', ')])
  if (metrics !== undefined) rows.push(['Metrics', `${metrics.url}/metrics`])
  return rows
}
