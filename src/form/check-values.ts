import { PosternError } from '../base/errors.ts'
import { KNOWN_FIELDS } from './field-names.ts'
import type { ReceivedFields } from './upload-form.ts'

/** Throws where a field has a value that its list does not hold, and that is not simply passed over. */
export function checkFieldValues(fields: ReceivedFields): void {
  for (const { name, values, otherwise } of KNOWN_FIELDS.values()) {
    const value = fields.get(name.toLowerCase())
    if (value === undefined || values === undefined || otherwise === undefined || values.includes(value)) continue
    const shown = JSON.stringify(value.slice(0, 100))
    throw new PosternError(otherwise, `The field ${name} is ${shown}; it may be ${values.join(', ')}.`, {
      ArgumentName: name,
      ArgumentValue: value.slice(0, 100),
    })
  }
}
