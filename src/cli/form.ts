import { basename } from 'node:path'
import type { Command } from 'commander'
import { checkKey } from '../form/key.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { ANYBODY } from '../issuer/authorize/caller.ts'
import { grantUpload } from '../issuer/grant.ts'
import { parseIssueRequest } from '../issuer/issue-request.ts'
import { readRoutes } from '../issuer/route.ts'
import { createForm } from '../sign/create-form.ts'
import type { Scheme } from '../sign/signer.ts'
import { asUsageError } from './command-error.ts'
import { addCredentialOptions, CREDENTIAL_HELP, type CredentialOptions, needCredential } from './credential.ts'
import { curlCommand } from './curl.ts'
import { sizeOfFile } from './file-size.ts'
import { typeOfName } from './file-type.ts'
import { print, printExactly } from './output.ts'
import { addStorageOptions, readPlace, type StorageOptions } from './place.ts'
import { addRouteOptions, type RouteOptions, routeOf } from './route-options.ts'
import { createStorage, schemeOption } from './storage.ts'

interface Options extends CredentialOptions, RouteOptions, StorageOptions {
  readonly curl?: string
  readonly key?: string
  readonly type?: string
  readonly scheme: Scheme
}

const HELP = `
Examples:
  postern form --bucket photos --region cn-hangzhou --type image/png
  postern form --bucket photos --region cn-hangzhou --curl cat.png | sh
${CREDENTIAL_HELP}
Prefer the environment to the options: other users of this machine can read a
command line.`

export function defineForm(command: Command): Command {
  command
    .description('Prints an upload form as JSON, or the curl command that sends a file with it.')
    .option('--curl <file>', 'print the curl command that sends this file, not the form')
    .option('--key <key>', "the object's key (default: a new one below the prefix)")
    .option('--type <type>', "the file's type (default: told by its name)")
  addRouteOptions(addStorageOptions(command)).optionsGroup('Signing:').addOption(schemeOption())
  return addCredentialOptions(command).addHelpText('after', HELP).action(runForm)
}

async function runForm(options: Options): Promise<void> {
  const { curl: path } = options
  const name = path === undefined ? 'file' : basename(path)
  const type = options.type ?? typeOfName(name)
  const size = path === undefined ? undefined : await sizeOfFile(path)
  const form = await issueForm(options, name, type, size)
  if (path === undefined) print(...JSON.stringify(form, undefined, 2).split('\n'))
  else printExactly(curlCommand(form, { path, type }))
}

/** What the issuer would answer to `POST /uploads`, for one file, or for any that fits where there is none yet. */
async function issueForm(
  options: Options,
  filename: string,
  type: string,
  size: number | undefined,
): Promise<UploadForm> {
  const place = readPlace(options)
  const storage = createStorage(options.scheme, needCredential(options, process.env), place)
  const { signer } = await storage.signing()
  return asUsageError(() => {
    const rules = readRoutes({ default: routeOf(options) }, storage).get('default')
    if (rules === undefined) throw new Error('a route that was named is there')
    const request = parseIssueRequest({ filename, type, size: size ?? rules.minSize })
    const now = new Date()
    const grant = grantUpload({ rules, caller: ANYBODY, subject: ANYBODY.id }, request, storage, now)
    if (options.key === undefined) return createForm(grant, signer, now)
    checkKey(options.key)
    return createForm({ ...grant, key: options.key }, signer, now)
  })
}
