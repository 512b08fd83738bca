import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { listen } from '../http/listen.ts'
import type { HttpServer } from '../http/server.ts'
import type { CompletedUpload } from '../issuer/completion/completion.ts'
import { createIssuer } from '../issuer/create-issuer.ts'
import type { Handler } from '../issuer/handler.ts'
import { oss } from '../issuer/storage/oss.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import { oneOf } from '../policy/build-policy.ts'
import { createForm } from '../sign/create-form.ts'
import type { Cors } from '../store/disk/records.ts'
import type { StoreOptions } from '../store/open-store.ts'
import { readBuiltPage } from './built-page.ts'
import { openCredentialFile } from './credential-file.ts'
import { curlCommand } from './curl.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { withObjects } from './dev-objects.ts'
import { HARMLESS_TYPES } from './file-type.ts'
import { listening } from './listening.ts'
import { addLogOptions, type LogOptions, withLog } from './log-options.ts'
import { openFolderStore } from './open-folder-store.ts'
import { aligned, note, print, printExactly } from './output.ts'
import { parsePort } from './units.ts'
import { untilStopped } from './until-stopped.ts'

interface Options extends LogOptions {
  readonly port: number
  readonly storePort: number
  readonly data: string
}

const BUCKET = 'postern-dev'
const HOST = '127.0.0.1'
/** What `/get_sts_token_for_oss_upload` gives at most. Its name is one that nobody gives a role in the key file. */
const UPLOADER = {
  name: BUCKET,
  policy: {
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['oss:PutObject', 'oss:ListParts', 'oss:AbortMultipartUpload'],
        Resource: `acs:oss:*:*:${BUCKET}/*`,
      },
    ],
  },
}
/** The store has one account, whatever its number. */
const ROLE_ARN = `acs:ram::1:role/${UPLOADER.name}`
/** Whoever tries things out does not want to wait when they stop. */
const CLOSE_GRACE_MS = 5000
const BY_HAND = 'by-hand/'
const BY_HAND_SECONDS = 12 * 60 * 60
const BY_HAND_MAX_SIZE = 100 * 1024 * 1024

const HELP = `
Examples:
  postern dev
  postern dev --port 8080 --data ~/uploads

Page, issuer and store listen on ${HOST} only; whoever uses this machine may
upload. Objects in the bucket, ${BUCKET}, can be read without a signature, so
that the page's links open. The key pair is made on the first run and kept in
DIR/credentials.json.`

export function defineDev(command: Command): Command {
  command
    .description('Runs issuer, page and embedded store together on this machine, with a bucket and a key pair.')
    .option('--port <port>', 'where page and issuer listen; 0 takes a free port', parsePort, 8000)
    .option('--store-port <port>', 'where the store listens; 0 takes a free port', parsePort, 9000)
    .option('--data <dir>', 'folder that keeps objects and key pair', '.postern')
  return addLogOptions(command).addHelpText('after', HELP).action(runDev)
}

async function runDev(options: Options): Promise<void> {
  const isLogged = options.accessLog !== undefined || options.logLevel !== undefined
  if (isLogged) await withLog(options, (log) => serveAll(options, { log }))
  else await serveAll(options, {}) // faults are written for people to read
}

async function serveAll({ port, storePort, data }: Options, log: Pick<StoreOptions, 'log'>): Promise<void> {
  const page = await readBuiltPage('dev')
  const folder = await openDataFolder(data)
  const credential = await openCredentialFile(folder.credentials)
  const buckets = [{ name: BUCKET, acl: 'public-read' }] as const
  const store = await openFolderStore(folder, {
    ...log,
    buckets,
    credentials: [credential],
    roles: [UPLOADER],
    callbacks: { allow: ['loopback'] },
    keys: folder.keys,
    onKeysFault: note,
  })
  const stopped = untilStopped() // before anything says that it is ready: whoever waits for that may stop us at once
  try {
    const storeServer = await listening({ host: HOST, port: storePort, option: '--store-port' }, (where) =>
      store.listen({ ...where, limits: { closeGraceMs: CLOSE_GRACE_MS } }),
    )
    const storage = oss({ bucket: BUCKET, endpoint: storeServer.url, region: store.region, credential })
    const sts = { roleArn: ROLE_ARN, endpoint: storeServer.url }
    const routes = { default: { sts: true } }
    let issuer: Handler = async () => new Response(null, { status: 503 }) // until its own address is known
    const pageServer = await listening({ host: HOST, port, option: '--port' }, (where) =>
      listen((request, peer) => (isOfThisMachine(request) ? issuer(request, peer) : strangeHost()), where),
    )
    try {
      const own = createIssuer({
        storage,
        authorize: 'public',
        limits: false, // one person's own disk
        page,
        sts,
        routes,
        callback: { url: `${pageServer.url}/callback`, keyUrls: [store.callbackKeyUrl()] },
        onUploaded: told,
        metrics: 'public',
        ...(log.log !== undefined && 'info' in log.log ? { log: log.log } : {}),
      })
      issuer = withObjects(own, storage)
      await store.setCors(BUCKET, corsFor(pageServer.port))
      const curl = await curlByHand(storage, folder)
      print(...aligned(summary(pageServer, storeServer, folder)), '', 'Upload a file by hand, within 12 hours:', '')
      printExactly(curl)
      print('', 'Ctrl-C stops it.')
      await stopped
    } finally {
      await pageServer.close()
    }
  } finally {
    await store.close()
  }
}

/** A page of a stranger can give its own name our address; then the browser takes us for that page. Only our names are answered. */
function isOfThisMachine({ headers }: Request): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.get('host') ?? '')
}

async function strangeHost(): Promise<Response> {
  return new Response('Ask for this page at 127.0.0.1 or localhost.\n', { status: 421 })
}

/** What an application would do with an upload, here for eyes. The answer goes back to the page. */
function told({ key, size, type }: CompletedUpload): object {
  print(`Stored ${key}, ${size} bytes, ${type}`)
  return { key }
}

function summary(page: HttpServer, store: HttpServer, folder: DataFolder): [name: string, value: string][] {
  return [
    ['Page', `${page.url}/`],
    ['Store', `${store.url}/`],
    ['Bucket', BUCKET],
    ['Key pair', folder.credentials],
    ['Data', folder.store],
  ]
}

/** The page asks from another origin, and reads these headers of the answer. */
function corsFor(pagePort: number): Cors {
  const origins = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${pagePort}`)
  const exposed = ['ETag', 'Content-MD5', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-ec']
  return {
    rules: [
      { origins, methods: ['POST', 'GET', 'HEAD', 'PUT', 'DELETE'], headers: ['*'], exposed, maxAgeSeconds: 600 },
    ],
    varyAlways: true,
  }
}

/** A form that serves many times and any harmless file, so that the line can be edited and pasted again. */
async function curlByHand(storage: Storage, folder: DataFolder): Promise<string> {
  const path = join(folder.store, 'hello.txt')
  await writeFile(path, 'Hello from curl.\n')
  const grant = {
    bucket: storage.bucket,
    url: storage.url,
    keyPrefix: BY_HAND,
    fields: { success_action_status: '201' },
    conditions: [oneOf('content-type', HARMLESS_TYPES)],
    maxSize: BY_HAND_MAX_SIZE,
    expiresInSeconds: BY_HAND_SECONDS,
  }
  const { signer } = await storage.signing()
  const form = createForm(grant, signer, new Date())
  const key = `${BY_HAND}\${filename}` // the store writes the file's name here
  return curlCommand({ ...form, fields: { key, ...form.fields } }, { path })
}
