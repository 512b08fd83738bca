import { randomBytes } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { changeKeyFile } from '../store/keys/key-file.ts'
import type { KeyPolicy } from '../store/keys/key-policy.ts'
import { KeysError } from '../store/keys/keys-error.ts'
import { parseKeyPolicyText } from '../store/keys/parse-key-policy.ts'
import { isKeyName } from '../store/keys/parse-keys.ts'
import { type Place, readOnlyPolicy, uploadOnlyPolicy } from '../store/keys/ready-policies.ts'
import type { StoreKey } from '../store/keys/store-key.ts'
import { isBucketName } from '../store/request/bucket-name.ts'
import { CommandError, usageError } from './command-error.ts'
import { openDataFolder } from './data-folder.ts'
import { describeKey } from './describe-key.ts'
import { type KeyFileOptions, keyFileOf } from './key-file-options.ts'
import { aligned, print } from './output.ts'
import { readText } from './read-text.ts'
import { parseLifetime } from './units.ts'

interface Options extends KeyFileOptions {
  readonly policy?: string
  readonly readOnly?: Place
  readonly uploadOnly?: Place
  readonly temporary?: boolean
  readonly expiresIn?: number
  readonly json?: boolean
}

const HELP = `
Example:
  postern store keys add alice --upload-only photos/users/7/

A PLACE is a bucket, such as photos, or a prefix in one, such as photos/users/7/.
Without a policy the key may do everything. A policy is RAM's JSON:
  {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:GetObject",
   "Resource": "acs:oss:*:*:photos/*"}]}`

/** A temporary key lives so long unless told otherwise: what STS gives. docs/spec/auth.md section 5 */
const TEMPORARY_SECONDS = 3600

export function defineAddKey(command: Command): void {
  command
    .argument('<name>', 'its name: letters, digits and . @ - _')
    .addOption(new Option('--policy <file>', 'what it may do, as a RAM policy').conflicts(['readOnly', 'uploadOnly']))
    .addOption(
      new Option('--read-only <place>', 'it may read there, and nothing else')
        .argParser(parsePlace)
        .conflicts('uploadOnly'),
    )
    .addOption(new Option('--upload-only <place>', 'it may put objects there, and nothing else').argParser(parsePlace))
    .option('--expires-in <time>', 'how long it is good, such as 90s, 15m, 2h or 7d', parseLifetime)
    .option('--temporary', 'a key with a security token, as STS gives; good for 1h unless told otherwise')
    .option('--json', 'print it as one line of JSON')
    .addHelpText('after', HELP)
    .action(runAdd)
}

async function runAdd(name: string, options: Options): Promise<void> {
  if (!isKeyName(name)) throw usageError(`"${name}" is no name of a key. Give 1 to 64 letters, digits and . @ - _`)
  const key = makeKey(name, await readPolicy(options), options)
  if (options.keys === undefined) await openDataFolder(options.data)
  const path = keyFileOf(options)
  await changeKeyFile(path, (keys) => {
    if (keys.some((other) => other.name === name))
      throw new CommandError(`There is a key "${name}" in ${path}. Choose another name, or revoke that one first.`)
    return [...keys, key]
  })
  print(...(options.json === true ? [asJson(key)] : shown(key)))
}

function makeKey(name: string, policy: KeyPolicy | undefined, { temporary = false, expiresIn }: Options): StoreKey {
  const seconds = expiresIn ?? (temporary ? TEMPORARY_SECONDS : undefined)
  return {
    name,
    accessKeyId: `${temporary ? 'STS.' : 'postern'}${randomBytes(8).toString('hex')}`,
    accessKeySecret: randomBytes(30).toString('base64url'),
    ...(temporary && { securityToken: randomBytes(48).toString('base64url') }),
    ...(seconds !== undefined && { expires: new Date(Date.now() + seconds * 1000) }),
    policies: policy === undefined ? [] : [policy],
  }
}

async function readPolicy({ policy, readOnly, uploadOnly }: Options): Promise<KeyPolicy | undefined> {
  if (readOnly !== undefined) return readOnlyPolicy(readOnly)
  if (uploadOnly !== undefined) return uploadOnlyPolicy(uploadOnly)
  return policy === undefined ? undefined : await readPolicyFile(policy)
}

async function readPolicyFile(path: string): Promise<KeyPolicy> {
  const text = await readText(path)
  try {
    return parseKeyPolicyText(text)
  } catch (cause) {
    throw cause instanceof KeysError ? new CommandError(`${path}: ${cause.message}`, 1, { cause }) : cause
  }
}

/** `photos`, `photos/` or `photos/users/7/`. */
function parsePlace(text: string): Place {
  const [bucket = '', ...rest] = text.split('/')
  const prefix = rest.join('/')
  if (!isBucketName(bucket)) throw new InvalidArgumentError('Give a bucket or a prefix in it, such as photos/users/7/.')
  if (/[*?]/.test(prefix)) throw new InvalidArgumentError('Write what has "*" or "?" with --policy.')
  if (prefix === '' || prefix.endsWith('/')) return { bucket, prefix }
  throw new InvalidArgumentError(`Other keys begin so too, such as "${text}0". End it with "/", or use --policy.`)
}

function shown(key: StoreKey): string[] {
  const [id, ...others] = describeKey(key, new Date())
  const token = key.securityToken === undefined ? [] : [['Security token', key.securityToken] as const]
  const rows = [
    ['Name', key.name] as const,
    ...(id === undefined ? [] : [id]),
    ['Access key secret', key.accessKeySecret] as const,
  ]
  return [
    ...aligned([...rows, ...token, ...others]),
    'The secret is shown this once. A store that runs knows the key within a second.',
  ]
}

function asJson({ name, accessKeyId, accessKeySecret, securityToken, expires }: StoreKey): string {
  return JSON.stringify({ name, accessKeyId, accessKeySecret, securityToken, expires })
}
