import { type Command, Option } from 'commander'
import { readVariable } from '../config/secret.ts'
import type { IssuerOptions } from '../issuer/create-issuer.ts'
import { ANSWER_SHAPES, type AnswerShape } from '../issuer/signature-answer.ts'
import type { Scheme } from '../sign/signer.ts'
import { type AuthorizeOptions, addAuthorizeOptions, authorizeOf } from './authorize-options.ts'
import { asUsageError, usageError } from './command-error.ts'
import { addCredentialOptions, type CredentialOptions, needCredential } from './credential.ts'
import { addStorageOptions, readPlace, type StorageOptions } from './place.ts'
import { addRouteOptions, type RouteOptions, routeOf } from './route-options.ts'
import type { ServeSource } from './serve-source.ts'
import { createStorage, schemeOption } from './storage.ts'
import { collect, parseProxies } from './units.ts'

/** What a command line says of an issuer, where no configuration does. */
export interface FlagOptions extends AuthorizeOptions, CredentialOptions, RouteOptions, StorageOptions {
  readonly scheme: Scheme
  readonly answer?: AnswerShape
  readonly corsOrigin?: readonly string[]
  readonly publicUrl?: string
  readonly trustProxy?: number
  readonly callbackUrl?: string
  readonly webhookUrl?: string
}

/** `conflicting` names the options of the command that settle all of this themselves. */
export function addFlagOptions(command: Command, conflicting: readonly string[]): Command {
  addStorageOptions(command)
  addRouteOptions(command, conflicting)
  addAuthorizeOptions(command, conflicting)
  command.optionsGroup('From where, and what happens afterwards:')
  const options = [
    new Option('--cors-origin <origin>', 'pages of this origin may use it too; several times').argParser(collect),
    new Option('--public-url <url>', 'where browsers reach it, if its Host header does not say so'),
    new Option('--trust-proxy <count>', 'how many proxies stand in front').argParser(parseProxies),
    new Option('--callback-url <url>', 'where OSS reaches POST /callback, to report uploads'),
    new Option('--webhook-url <url>', 'hears of each upload, signed with POSTERN_WEBHOOK_SECRET'),
  ]
  for (const option of options) command.addOption(option.conflicts([...conflicting]))
  command.optionsGroup('Signing:').addOption(schemeOption().conflicts([...conflicting]))
  const answer = new Option('--answer <shape>', "the answer's shape (default: v4, or v1 by scheme)")
  command.addOption(answer.choices(ANSWER_SHAPES).conflicts([...conflicting]))
  return addCredentialOptions(command)
}

/** A command line as what to serve. */
export function sourceOfFlags(options: FlagOptions): ServeSource {
  const authorize = authorizeOf(options)
  if (authorize === undefined) throw usageError(NOBODY)
  const place = readPlace(options)
  const { from, source } = needCredential(options, process.env)
  const storage = createStorage(options.scheme, source, place)
  const route = { ...routeOf(options), ...(options.answer === undefined ? {} : { answer: options.answer }) }
  const issuer = { storage, authorize, routes: { default: route }, ...furtherOptions(options) }
  return { issuer, page: true, host: undefined, port: undefined, credentialFrom: from, warnings: [] }
}

/** docs/decisions/0007-serve-without-an-authorizer.md */
const NOBODY =
  'Nothing says who may upload. Write "authorize" in a postern.config.ts, or give one of --jwt-jwks-url, --jwt-secret-file, --jwt-public-key-file, --forward-auth, --api-key-file; --insecure-public lets everybody upload, and --preset is for trying things out.'

function furtherOptions(options: FlagOptions): Partial<IssuerOptions> {
  const { corsOrigin, publicUrl, trustProxy, callbackUrl, webhookUrl } = options
  const tokenSecret = variable('POSTERN_TOKEN_SECRET')
  return {
    ...(corsOrigin === undefined ? {} : { cors: { origins: corsOrigin } }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
    ...(callbackUrl === undefined ? {} : { callback: { url: callbackUrl } }),
    ...(webhookUrl === undefined ? {} : { webhook: { url: webhookUrl, secret: webhookSecret() } }),
    ...(tokenSecret === undefined ? {} : { tokenSecret }),
  }
}

function webhookSecret(): string {
  const secret = variable('POSTERN_WEBHOOK_SECRET')
  if (secret !== undefined) return secret
  throw usageError('--webhook-url needs a secret that signs what it hears. Set POSTERN_WEBHOOK_SECRET, or its _FILE.')
}

function variable(name: string): string | undefined {
  return asUsageError(() => readVariable(name, process.env))
}
