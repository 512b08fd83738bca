import type { Command } from 'commander'
import { ENVIRONMENT_NAMES, type Environment } from '../credential/environment.ts'
import { debugSignature } from '../debug/debug.ts'
import type { Evidence } from '../debug/evidence.ts'
import { readAnswer } from '../debug/read-answer.ts'
import { readEvidence } from '../debug/read-evidence.ts'
import { encode } from '../sign/canonical-request.ts'
import { asBadInput } from './bad-input.ts'
import { CommandError } from './command-error.ts'
import { debugJson, debugText } from './debug-report.ts'
import { print } from './output.ts'
import { readText } from './read-text.ts'

interface Options {
  readonly answer?: string
  readonly signed?: string
  readonly bucket?: string
  readonly accessKeyId?: string
  readonly accessKeySecret?: string
  readonly json?: true
}

const HELP = `
FILE holds one of these; "-" or nothing reads standard input.
  the curl command that was refused, alone or with what it printed; browsers
    have "Copy as cURL" in their network panel
  a HAR file, or one entry of it: the last refused request counts
  the fields of a form as JSON, or what an issuer answers
  the error that the store answered (XML)

With the secret, which is read from OSS_ACCESS_KEY_SECRET too, the signature is
computed again. Neither the secret nor a security token is printed.

Examples:
  postern policy debug refused.txt --answer error.xml
  pbpaste | postern policy debug
  OSS_ACCESS_KEY_SECRET=… postern policy debug upload.har --signed text.txt`

export function definePolicyDebug(command: Command): Command {
  return command
    .description('Says why a store refused the signature of a form or a request.')
    .argument('[file]', 'what was sent')
    .option('--answer <file>', "the store's error, where FILE does not hold it")
    .option('--signed <file>', 'the text that your code signed')
    .option('--bucket <name>', 'the bucket, where the address does not tell it')
    .option('--access-key-id <id>', 'whose secret it is')
    .option('--access-key-secret <secret>', 'compute the signature again')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(runPolicyDebug)
}

async function runPolicyDebug(file: string | undefined, options: Options): Promise<void> {
  const { bucket } = options
  const secret = findSecret(options, process.env)
  const report = await asBadInput(async () => {
    const evidence = await withAnswer(readEvidence(await readText(file)), options.answer)
    const signed = options.signed === undefined ? undefined : withoutLastLineEnd(await readText(options.signed))
    return debugSignature(evidence, {
      now: new Date(),
      ...secret,
      ...(bucket === undefined ? {} : { bucket }),
      ...(signed === undefined ? {} : { signed }),
    })
  })
  const lines = options.json ? debugJson(report) : debugText(report)
  const token = report.rebuilt?.securityToken
  const secrets = [secret.secret?.trim(), token, token && encode(token)]
  print(...lines.map((line) => withoutSecrets(line, secrets)))
}

async function withAnswer(evidence: Evidence, path: string | undefined): Promise<Evidence> {
  if (path === undefined) return evidence
  const answer = readAnswer(await readText(path))
  if (answer === undefined)
    throw new CommandError(`${path} holds no error of a store. It needs the XML, <Error>…</Error>.`)
  return { ...evidence, answer }
}

/** As it is, white space and all: that it is there may be what is wrong. */
function findSecret(options: Options, environment: Environment): { secret?: string; accessKeyId?: string } {
  const id = options.accessKeyId
  if (options.accessKeySecret !== undefined)
    return { secret: options.accessKeySecret, ...(id === undefined ? {} : { accessKeyId: id }) }
  for (const [idName, secretName] of ENVIRONMENT_NAMES) {
    const secret = environment[secretName]
    const accessKeyId = id ?? environment[idName]?.trim()
    if (secret) return { secret, ...(accessKeyId ? { accessKeyId } : {}) }
  }
  return {}
}

/** An editor puts one there. */
function withoutLastLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/** Hidden character by character, so that a caret below still stands where it should. */
function withoutSecrets(line: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>(
    (text, secret) =>
      secret !== undefined && secret.length >= MIN_HIDDEN ? text.replaceAll(secret, '*'.repeat(secret.length)) : text,
    line,
  )
}

/** No secret is shorter, and a short one would stand in many words. */
const MIN_HIDDEN = 8
