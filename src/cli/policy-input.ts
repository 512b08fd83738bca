import { Option } from 'commander'
import { parseUploadForm, type UploadForm } from '../form/upload-form.ts'
import { formFromAnswer } from '../form/vendor-answer.ts'
import type { Policy } from '../policy/condition.ts'
import { type Dialect, OSS, S3 } from '../policy/dialect.ts'
import { parsePolicy, parsePolicyText } from '../policy/parse-policy.ts'
import { CommandError } from './command-error.ts'

/** What was read: a policy, and the form it came in, if it did. */
export interface PolicyInput {
  readonly policy: Policy
  readonly form: UploadForm | undefined
  readonly dialect: Dialect
}

export function dialectOption(): Option {
  return new Option('--dialect <name>', 'whose rules count, else told by the fields').choices(['oss', 's3'])
}

/**
 * Reads a policy in whatever shape it is at hand: its JSON, its Base64, or the JSON of a form or of an issuer's answer.
 *
 * Fields whose names begin with `x-amz-` tell the S3 dialect.
 */
export function readPolicyInput(text: string, dialectName: string | undefined, fileName?: string): PolicyInput {
  const trimmed = text.trim()
  if (trimmed === '')
    throw new CommandError('There is nothing to read. Give a policy as JSON or Base64, or the JSON of a form.')
  const form = readForm(trimmed, fileName)
  const dialect = readDialect(dialectName, form)
  if (form !== undefined) return { policy: parsePolicy(policyOf(form), dialect), form, dialect }
  const isJson = trimmed.startsWith('{') || trimmed.startsWith('[')
  const policy = isJson ? parsePolicyText(trimmed, dialect) : parsePolicy(trimmed.replaceAll(/\s/g, ''), dialect)
  return { policy, form, dialect }
}

/** The form that a text holds, or makes with a file of this name; `undefined` where the text is a policy, or no JSON. */
export function readForm(text: string, fileName = 'file'): UploadForm | undefined {
  const value = readJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, 'fields')) return parseUploadForm(value)
  const isAnswer = ANSWER_MEMBERS.some((name) => Object.hasOwn(value, name))
  return isAnswer ? formFromAnswer(value, { name: fileName }) : undefined
}

function policyOf({ fields }: UploadForm): string {
  const [, policy] = Object.entries(fields).find(([name]) => name.toLowerCase() === 'policy') ?? []
  if (policy === undefined)
    throw new CommandError('The form has no field "policy": it is one for anybody, and a store asks nothing of it.')
  return policy
}

/** The policy in an issuer's answer, and what answers are wrapped in. @see docs/spec/direct-upload-server.md section 2 */
const ANSWER_MEMBERS = ['policy', 'Policy', 'policyBase64', 'data', 'result', 'entry', 'signMap']

function readDialect(name: string | undefined, form: UploadForm | undefined): Dialect {
  if (name !== undefined) return name === 's3' ? S3 : OSS
  const names = Object.keys(form?.fields ?? {}).map((field) => field.toLowerCase())
  return names.some((field) => field.startsWith('x-amz-') || field === 'awsaccesskeyid') ? S3 : OSS
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a policy may hold `\$`, which is no JSON: docs/spec/post-object.md section 4.5
  }
}
