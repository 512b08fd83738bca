import { basename } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { effectiveContentType } from '../form/content-type.ts'
import { formBucket } from '../form/form-bucket.ts'
import type { ReceivedFields, UploadForm } from '../form/upload-form.ts'
import { evaluatePolicy, type Submission } from '../policy/evaluate-policy.ts'
import { parseBucketName } from './bucket-name.ts'
import { CommandError, usageError } from './command-error.ts'
import { sizeOfFile } from './file-size.ts'
import { typeOfName } from './file-type.ts'
import { print } from './output.ts'
import { dialectOption, type PolicyInput, readForm, readPolicyInput } from './policy-input.ts'
import { judge, verdictJson, verdictText } from './policy-verdict.ts'
import { readText } from './read-text.ts'

type Field = readonly [name: string, value: string]

interface Options {
  readonly form?: string
  readonly field?: readonly Field[]
  readonly file?: string
  readonly bucket?: string
  readonly type?: string
  readonly dialect?: string
  readonly json?: true
}

const HELP = `
POLICY holds a policy as JSON or Base64, the JSON of an upload form, or what an
issuer answers; "-" or nothing reads standard input. A form brings its own
policy and fields, so --form alone is enough.

Ends with 0 where the policy accepts, with 1 where it refuses. Only the policy
is asked: signatures and the bucket's own rules are the store's to judge.

Examples:
  postern policy try --form form.json --file cat.png
  postern policy try policy.json --bucket photos --field key=a/cat.png \\
    --file cat.png`

export function definePolicyTry(command: Command): Command {
  return command
    .description('Says which conditions of a policy a form or a file breaks, and why.')
    .argument('[policy]', 'the policy to try')
    .option('--form <file>', 'JSON of the form to try it on')
    .option('--field <name=value>', "a field, in place of the form's; may be repeated", collectField)
    .option('--file <path>', 'the file that would be sent')
    .option('--bucket <name>', "the bucket (default: the one in the form's URL)", parseBucketName)
    .option('--type <type>', "the file's type (default: told by its name)")
    .addOption(dialectOption())
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(runPolicyTry)
}

async function runPolicyTry(source: string | undefined, options: Options): Promise<void> {
  const input = await readInputs(source, options)
  const { policy, dialect } = input
  const submission = await readSubmission(input, options)
  const verdict = judge(policy, submission, evaluatePolicy(policy, submission, dialect))
  if (verdict.failures.length > 0) process.exitCode = 1
  print(...(options.json ? verdictJson(verdict) : verdictText(verdict)))
}

/** The policy, and the form to try it on: from `--form`, else the one that the policy came in. */
async function readInputs(source: string | undefined, options: Options): Promise<PolicyInput> {
  const { form: formSource, dialect } = options
  const fileName = basename(options.file ?? 'file')
  if (formSource === undefined) return readPolicyInput(await readText(source), dialect, fileName)
  if (formSource === '-' && source === '-') throw usageError('Policy and form cannot both come from standard input.')
  const text = await readText(formSource)
  const form = readForm(text, fileName)
  if (form === undefined)
    throw new CommandError(`${formSource} holds no form. It needs "url" and "fields", or what an issuer answers.`)
  if (source === undefined) return readPolicyInput(text, dialect, fileName)
  return { ...readPolicyInput(await readText(source), dialect, fileName), form }
}

/** What the store would see. A file's type is what a browser or curl would say of it. */
async function readSubmission({ form, dialect }: PolicyInput, options: Options): Promise<Submission> {
  const { file } = options
  const type = options.type ?? (file === undefined ? undefined : typeOfName(file))
  const bucket = options.bucket ?? (form === undefined ? undefined : formBucket(form.url))
  const fields = receivedFields(form, options.field ?? [])
  return {
    fields,
    bucket,
    contentType: effectiveContentType(fields, type, dialect),
    now: new Date(),
    ...(file === undefined ? {} : { size: await sizeOfFile(file) }),
  }
}

function receivedFields(form: UploadForm | undefined, given: readonly Field[]): ReceivedFields {
  const fields = [...Object.entries(form?.fields ?? {}), ...given]
  return new Map(fields.map(([name, value]) => [name.toLowerCase(), value]))
}

function collectField(text: string, before: readonly Field[] = []): Field[] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('Give a name and a value, such as key=photos/cat.png.')
  return [...before, [text.slice(0, equals), text.slice(equals + 1)]]
}
