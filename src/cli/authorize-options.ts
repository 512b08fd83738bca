import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { readSecretFile } from '../config/secret.ts'
import { anyOf } from '../issuer/authorize/any-of.ts'
import { apiKey } from '../issuer/authorize/api-key.ts'
import type { Authorize } from '../issuer/authorize/authorize.ts'
import { forwardAuth } from '../issuer/authorize/forward-auth.ts'
import { type JwtOptions, jwt } from '../issuer/authorize/jwt.ts'
import { asUsageError, usageError } from './command-error.ts'
import { collect } from './units.ts'

/** What a command's options say of who may upload. */
export interface AuthorizeOptions {
  readonly jwtJwksUrl?: string
  readonly jwtSecretFile?: string
  readonly jwtPublicKeyFile?: string
  readonly jwtIssuer?: string
  readonly jwtAudience?: string
  readonly jwtPrefix?: string
  readonly forwardAuth?: string
  readonly forwardAuthUserHeader?: string
  readonly apiKeyFile?: readonly string[]
  readonly insecurePublic?: true
}

export function addAuthorizeOptions(command: Command, conflicting: readonly string[]): Command {
  const options = [
    new Option('--jwt-jwks-url <url>', 'who bears a JWT signed with a key from there'),
    new Option('--jwt-secret-file <file>', 'who bears a JWT signed with the secret in a file'),
    new Option('--jwt-public-key-file <file>', 'who bears a JWT signed for the public key in a PEM file'),
    new Option('--jwt-issuer <iss>', 'and made by this issuer of tokens'),
    new Option('--jwt-audience <aud>', 'and made for this audience'),
    new Option('--jwt-prefix <claim>', "and whose claim names the folder of the caller's keys"),
    new Option('--forward-auth <url>', 'whom the application names, asked there with the cookies'),
    new Option('--forward-auth-user-header <name>', 'the header in which it does (default: JSON { "id": … })'),
    new Option('--api-key-file <file>', 'servers that know the key in a file; several times').argParser(collect),
  ]
  command.optionsGroup('Who may upload:')
  for (const option of options) command.addOption(option.conflicts([...conflicting, 'insecurePublic']))
  return command.option('--insecure-public', 'everybody who can reach the issuer')
}

/** Who may upload, as the options say it; `undefined` where none does. Of several, the first that knows the caller counts. */
export function authorizeOf(options: AuthorizeOptions): Authorize | 'public' | undefined {
  if (options.insecurePublic) return 'public'
  return asUsageError(() => {
    const given = [...apiKeysOf(options), ...jwtOf(options), ...forwardAuthOf(options)]
    const [only, ...others] = given
    return others.length === 0 ? only : anyOf(...given)
  })
}

function jwtOf(options: AuthorizeOptions): Authorize[] {
  const { jwtJwksUrl, jwtSecretFile, jwtPublicKeyFile, jwtIssuer, jwtAudience, jwtPrefix } = options
  const keys: Pick<JwtOptions, 'jwksUrl' | 'secret' | 'publicKey'> = {
    ...(jwtJwksUrl === undefined ? {} : { jwksUrl: jwtJwksUrl }),
    ...(jwtSecretFile === undefined ? {} : { secret: readSecretFile(jwtSecretFile) }),
    ...(jwtPublicKeyFile === undefined ? {} : { publicKey: readSecretFile(jwtPublicKeyFile) }),
  }
  const more = { issuer: jwtIssuer, audience: jwtAudience, prefix: jwtPrefix }
  const set = Object.entries(more).filter(([, value]) => value !== undefined)
  if (Object.keys(keys).length > 0) return [jwt({ ...keys, ...Object.fromEntries(set) })]
  if (set.length === 0) return []
  throw usageError(`--jwt-${set[0]?.[0]} needs a key: add --jwt-jwks-url, --jwt-secret-file or --jwt-public-key-file.`)
}

function forwardAuthOf({ forwardAuth: url, forwardAuthUserHeader: userHeader }: AuthorizeOptions): Authorize[] {
  if (url !== undefined) return [forwardAuth(userHeader === undefined ? { url } : { url, userHeader })]
  if (userHeader === undefined) return []
  throw usageError('--forward-auth-user-header goes with --forward-auth. Give both.')
}

/** A server is called after the file of its key, in a way in which no user is. */
function apiKeysOf({ apiKeyFile: files = [] }: AuthorizeOptions): Authorize[] {
  if (files.length === 0) return []
  const keys = files.map((file) => ({ name: `server:${basename(file)}`, key: readSecretFile(file) }))
  return [apiKey({ keys })]
}
