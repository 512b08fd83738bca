import { PosternError } from '../../base/request-errors.ts'
import { refuseConditions, refuseUndone } from '../object/refused-headers.ts'

/**
 * Refuses headers that a part cannot have. What else speaks of the whole object is passed over: clients send it with every
 * part, and what counts was said when the upload was initiated.
 *
 * @param twin names the header that says the same of an object to copy
 */
export function refusePartHeaders(headers: ReadonlyMap<string, string>, twin?: (condition: string) => string): void {
  refuseUndone(headers)
  refuseConditions(headers, twin)
  if (!headers.has(ENCRYPTION)) return
  const facts = { ArgumentName: ENCRYPTION, ArgumentValue: headers.get(ENCRYPTION)?.slice(0, 100) ?? '' }
  throw new PosternError(
    'argument-invalid',
    `"${ENCRYPTION}" is said when the upload is initiated, not of a part.`,
    facts,
  )
}

/** @see https://www.alibabacloud.com/help/en/oss/developer-reference/initiatemultipartupload "Error codes" */
const ENCRYPTION = 'x-oss-server-side-encryption'
