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
    case 'expired': {
      const Expiration = failure.expiration.toISOString()
      const detail = `The form was good until ${Expiration}.`
      return new PosternError('policy-expired', detail, { Expiration }, { retry: 'fresh-form' })
    }
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

function unmet(code: ErrorCode, condition: FieldCondition, actual?: string): PosternError {
  const { op, field: Field } = condition
  const isSecret = /security-token$/i.test(Field) // it stands in policies, and must not stand in messages
  const operand = op === 'eq' ? condition.value : op === 'starts-with' ? condition.prefix : condition.values
  const Condition = JSON.stringify([op, `$${Field}`, isSecret ? '***' : operand])
  const Found = isSecret && actual !== undefined ? '***' : actual
  const is = Found === undefined ? `The form has no field "${Field}"` : `The field "${Field}" is "${Found}"`
  return new PosternError(code, `${is}; the policy wants ${Condition}.`, {
    Condition,
    Field,
    ...(Found !== undefined && { Found }),
  })
}

function misfit(code: ErrorCode, size: number, fact: string, bound: number, what: string): PosternError {
  const detail = `The file has ${size} ${size === 1 ? 'byte' : 'bytes'}; ${bound} are ${what}.`
  return new PosternError(code, detail, { ProposedSize: `${size}`, [fact]: `${bound}` })
}
