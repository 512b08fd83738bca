import { type Command, Option } from 'commander'
import { listen } from '../http/listen.ts'
import { createIssuer } from '../issuer/create-issuer.ts'
import type { Handler } from '../issuer/handler.ts'
import { createPresetIssuer, PRESETS, type PresetName } from '../issuer/presets.ts'
import type { AnswerShape } from '../issuer/signature-answer.ts'
import type { Credential, Scheme } from '../sign/signer.ts'
import { createBucketLocation } from './bucket-location.ts'
import { readBuiltPage } from './built-page.ts'
import { asUsageError, usageError } from './command-error.ts'
import { addCredentialOptions, CREDENTIAL_HELP, type CredentialOptions, needCredential } from './credential.ts'
import { isLoopback, listening } from './listening.ts'
import { aligned, note, print } from './output.ts'
import { addStorageOptions, type Place, readPlace, type StorageOptions } from './place.ts'
import { addRouteOptions, type RouteOptions, routeOf } from './route-options.ts'
import { createStorage, schemeOption } from './storage.ts'
import { parsePort } from './units.ts'
import { untilStopped } from './until-stopped.ts'

interface Options extends CredentialOptions, RouteOptions, StorageOptions {
  readonly preset?: PresetName
  readonly dir?: string
  readonly port?: number
  readonly host: string
  readonly scheme: Scheme
  readonly answer?: AnswerShape
  readonly insecurePublic?: true
}

const DEFAULT_PORT = 8000
const ANSWERS: readonly AnswerShape[] = ['v4', 'v1', 'v1-expire', 'accessid', 'pascal']

const HELP = `
A preset reproduces one of the vendor's sample servers: its address, its policy
and its answer. It asks nobody who they are, as the samples do not.

Examples:
  postern serve --preset go --bucket photos --region cn-hangzhou
  postern serve --insecure-public --bucket photos --region cn-hangzhou \\
    --types 'image/*' --max-size 10MB
${CREDENTIAL_HELP}
Prefer the environment to the options: other users of this machine can read a
command line.`

export function defineServe(command: Command): Command {
  command
    .description('Runs the issuer and the page alone, for a bucket on OSS or an S3 engine.')
    .addOption(new Option('--preset <name>', "one of the vendor's sample servers").choices(Object.keys(PRESETS)))
    .option('--port <port>', "where to listen; 0 takes a free port (default: 8000, or the sample's)", parsePort)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--insecure-public', 'let everybody upload who can reach the issuer')
  addStorageOptions(command).option('--dir <prefix>', "what a preset's keys begin with (default: the sample's)")
  addRouteOptions(command, ['preset'])
  command.optionsGroup('Signing:').addOption(schemeOption().conflicts('preset'))
  command.addOption(
    new Option('--answer <shape>', "the answer's shape (default: v4, or v1 by scheme)")
      .choices(ANSWERS)
      .conflicts('preset'),
  )
  return addCredentialOptions(command).addHelpText('after', HELP).action(runServe)
}

async function runServe(options: Options): Promise<void> {
  checkAudience(options)
  const place = readPlace(options)
  const credential = needCredential(options, process.env)
  const { handler, port } = await createHandler(options, place, credential)
  const server = await listening({ host: options.host, port, option: '--port' }, (where) => listen(handler, where))
  const stopped = untilStopped() // before the ready line: whoever waits for it may stop us at once
  const who = isLoopback(options.host) ? 'everybody on this machine' : `everybody who can reach ${options.host}`
  note(`Nobody is asked who they are: ${who} may upload.`)
  try {
    print(
      ...aligned([
        ['Page', `${server.url}/`],
        ['Issuer', `${server.url}${options.preset === undefined ? '/uploads' : '/get_post_signature_for_oss_upload'}`],
        ['Bucket', place.url],
        ['Access key', credential.accessKeyId],
      ]),
      `issuer listening on ${server.url}`,
    )
    await stopped
  } finally {
    await server.close()
  }
}

/** There is no authorizer to name yet, so nobody may be served by accident. docs/decisions/0007-serve-without-an-authorizer.md */
function checkAudience({ preset, host, insecurePublic }: Options): void {
  if (preset === undefined && !insecurePublic)
    throw usageError(
      'Nothing says who may upload. Start with --insecure-public to let everybody, or with a --preset to try things out.',
    )
  if (!isLoopback(host) && !insecurePublic)
    throw usageError(`A preset lets everybody upload who can reach ${host}. Add --insecure-public if that is meant.`)
}

async function createHandler(
  options: Options,
  place: Place,
  credential: Credential,
): Promise<{ handler: Handler; port: number }> {
  const { preset, port } = options
  if (preset === undefined) {
    if (options.dir !== undefined) throw usageError('--dir goes with --preset. Give --prefix instead.')
    const page = await readBuiltPage('uploads')
    const route = { ...routeOf(options), ...(options.answer === undefined ? {} : { answer: options.answer }) }
    const storage = createStorage(options.scheme, credential, place)
    const issuer = { storage, routes: { default: route }, authorize: 'public', page } as const
    return { handler: asUsageError(() => createIssuer(issuer)), port: port ?? DEFAULT_PORT }
  }
  const page = await readBuiltPage('signature')
  const sample = {
    ...presetHost(options, place),
    bucket: place.bucket,
    bucketLocation: createBucketLocation(place, credential),
  }
  const dir = options.dir === undefined ? {} : { dir: options.dir }
  const handler = asUsageError(() => createPresetIssuer(preset, { ...sample, ...dir, credential, page }))
  return { handler, port: port ?? PRESETS[preset].port }
}

/** The sample works out its own host, except where it is told, or where a bare address leaves nothing to work out. */
function presetHost({ hostUrl }: Options, { endpoint, bucketUrl, url }: Place): { endpoint: string; hostUrl?: string } {
  const isPathStyle = new URL(bucketUrl).host === endpoint.host
  return { endpoint: endpoint.host, ...(hostUrl !== undefined || isPathStyle ? { hostUrl: url } : {}) }
}
