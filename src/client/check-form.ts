import { type ErrorCode, PosternError } from '../base/errors.ts'
import { fieldsOf, fileFailures, isForS3 } from '../form/file-failures.ts'
import type { UploadForm } from '../form/upload-form.ts'
import type { FieldCondition } from '../policy/condition.ts'
import type { Failure } from '../policy/evaluate-policy.ts'
import { readPolicy } from './read-policy.ts'
import type { FileFacts } from './transport.ts'

/**
 * Why the store would refuse this file with this form, found before a byte is sent; `now` is the server's time. A policy that is
 * odd, the bucket that an address names and fields that no condition names are no fault of the file: the store judges them.
 */
export function checkForm(form: UploadForm, file: FileFacts, now: Date): PosternError | undefined {
  const fields = fieldsOf(form)
  const policy = readPolicy(fields.get('policy') ?? '')
  const dialect = { readsFileType: !isForS3(fields), mustCover: () => false }
  const [failure] = fileFailures(fields, file, { policy, dialect, bucket: undefined, now })
  return failure && refusalOf(failure)
}

function refusalOf(failure: Failure): PosternError | undefined {
  switch (failure.kind) {
    case 'expired':
      return new PosternError(
        'policy-expired',
        `The form was good until ${failure.expiration.toISOString()}.`,
        {},
        FRESH,
      )
    case 'absent':
      return unmet('condition-field-absent', failure.condition)
    case 'unmet':
      return unmet('condition-failed', failure.condition, failure.actual)
    case 'uncovered':
      return undefined
    case 'too-small':
      return misfit('file-too-small', failure.size, 'MinSizeAllowed', failure.min, 'needed')
    case 'too-large':
      return misfit('file-too-large', failure.size, 'MaxSizeAllowed', failure.max, 'allowed')
  }
}

function unmet(code: ErrorCode, condition: FieldCondition, Found?: string): PosternError | undefined {
  const { op, field: Field } = condition
  if (/security-token$/i.test(Field)) return undefined // it stands in policies, and must not stand in messages
  const operand = op === 'eq' ? condition.value : op === 'starts-with' ? condition.prefix : condition.values
  const Condition = JSON.stringify([op, `$${Field}`, operand])
  const is = Found === undefined ? 'absent' : `"${Found}"`
  const facts = { Condition, Field, ...(Found !== undefined && { Found }) }
  return new PosternError(code, `The field "${Field}" is ${is}; the policy wants ${Condition}.`, facts)
}

function misfit(code: ErrorCode, size: number, fact: string, bound: number, what: string): PosternError {
  const detail = `The file has ${size} ${size === 1 ? 'byte' : 'bytes'}; ${bound} are ${what}.`
  return new PosternError(code, detail, { ProposedSize: `${size}`, [fact]: `${bound}` })
}

const FRESH = { retry: 'fresh-form' } as const
