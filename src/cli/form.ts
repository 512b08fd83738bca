import { basename } from 'node:path'
import type { Command } from 'commander'
import { checkKey } from '../form/key.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { ANYBODY } from '../issuer/authorize/caller.ts'
import { grantUpload } from '../issuer/grant.ts'
import { parseIssueRequest } from '../issuer/issue-request.ts'
import { type Route, readRoutes } from '../issuer/route.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import { createForm } from '../sign/create-form.ts'
import type { Scheme } from '../sign/signer.ts'
import { asUsageError, usageError } from './command-error.ts'
import { addConfigOptions, type ConfigOptions, readConfigOption } from './config-options.ts'
import { addCredentialOptions, CREDENTIAL_HELP, type CredentialOptions, needCredential } from './credential.ts'
import { curlCommand } from './curl.ts'
import { sizeOfFile } from './file-size.ts'
import { typeOfName } from './file-type.ts'
import { print, printExactly } from './output.ts'
import { addStorageOptions, readPlace, type StorageOptions } from './place.ts'
import { addRouteOptions, type RouteOptions, routeOf } from './route-options.ts'
import { createStorage, schemeOption } from './storage.ts'

interface Options extends ConfigOptions, CredentialOptions, RouteOptions, StorageOptions {
  readonly curl?: string
  readonly key?: string
  readonly type?: string
  readonly route?: string
  readonly user?: string
  readonly scheme: Scheme
}

/** Options that say nothing of what a configuration says. */
const BESIDE_CONFIG = ['config', 'curl', 'key', 'type', 'route', 'user']

const HELP = `
Examples:
  postern form --route avatars --user eva --curl cat.png | sh
  postern form --bucket photos --region cn-hangzhou --type image/png
  postern form --bucket photos --region cn-hangzhou --curl cat.png | sh
${CREDENTIAL_HELP}
Prefer the environment to the options: other users of this machine can read a
command line.`

export function defineForm(command: Command): Command {
  command.description('Prints an upload form as JSON, or the curl command that sends a file with it.')
  addConfigOptions(command)
    .option('--route <name>', 'the route of the configuration (default: default)')
    .option('--user <id>', 'whose form it is, where keys name the user (default: anybody)')
    .option('--curl <file>', 'print the curl command that sends this file, not the form')
    .option('--key <key>', "the object's key (default: a new one, as the route writes them)")
    .option('--type <type>', "the file's type (default: told by its name)")
  addRouteOptions(addStorageOptions(command)).optionsGroup('Signing:').addOption(schemeOption())
  return addCredentialOptions(command).addHelpText('after', HELP).action(runForm)
}

async function runForm(options: Options, command: Command): Promise<void> {
  const { curl: path } = options
  const name = path === undefined ? 'file' : basename(path)
  const type = options.type ?? typeOfName(name)
  const size = path === undefined ? undefined : await sizeOfFile(path)
  const issuer = await readIssuer(options, command)
  const form = await issueForm(options, issuer, { filename: name, type, size })
  if (path === undefined) print(...JSON.stringify(form, undefined, 2).split('\n'))
  else printExactly(curlCommand(form, { path, type }))
}

/** What of an issuer a form needs. */
interface FormIssuer {
  readonly storage: Storage
  readonly routes: Readonly<Record<string, Route>> | undefined
}

async function readIssuer(options: Options, command: Command): Promise<FormIssuer> {
  const config = await readConfigOption(options, command, BESIDE_CONFIG)
  if (config !== undefined) return { storage: config.issuer.storage, routes: config.issuer.routes }
  if (options.route !== undefined) throw usageError('--route needs a configuration, which has routes. Give --config.')
  const place = readPlace(options)
  const { source } = needCredential(options, process.env)
  return { storage: createStorage(options.scheme, source, place), routes: { default: routeOf(options) } }
}

interface File {
  readonly filename: string
  readonly type: string
  /** Absent where there is no file yet: the form is for any that fits. */
  readonly size: number | undefined
}

/** What the issuer would answer to `POST /uploads`. */
async function issueForm(options: Options, { storage, routes }: FormIssuer, file: File): Promise<UploadForm> {
  const { signer } = await storage.signing()
  return asUsageError(() => {
    const rules = ruleNamed(readRoutes(routes, storage), options.route)
    const request = parseIssueRequest({ ...file, size: file.size ?? rules.minSize })
    const now = new Date()
    const caller = options.user === undefined ? ANYBODY : { id: options.user }
    const grant = grantUpload({ rules, caller, subject: '' }, request, storage, now)
    if (options.key === undefined) return createForm(grant, signer, now)
    checkKey(options.key)
    return createForm({ ...grant, key: options.key }, signer, now)
  })
}

function ruleNamed<Rules>(routes: ReadonlyMap<string, Rules>, name = 'default'): Rules {
  const rules = routes.get(name)
  if (rules !== undefined) return rules
  throw usageError(`There is no route "${name}". Give --route with one of ${[...routes.keys()].join(', ')}.`)
}
