import { errorRow, type PosternError } from '../../base/request-errors.ts'
import type { AboutRequest } from '../../http/exchange.ts'
import type { Caller } from '../request/call.ts'
import type { Operation } from '../request/operations.ts'

/** What is known of a request so far, for log and metrics: it grows as the request is understood. */
export type NotedRequest = { -readonly [Name in keyof AboutRequest]: AboutRequest[Name] }

/** Only the id: whatever else is known of a key stays out of the log. */
export function noteCaller(about: NotedRequest, caller: Caller): void {
  about.caller = caller.kind === 'signed' ? { kind: 'signed', accessKeyId: caller.accessKeyId } : { kind: 'anonymous' }
}

export function noteOperation(about: NotedRequest, operation: Operation): void {
  about.operation = operation.kind
  if ('bucket' in operation) about.bucket = operation.bucket
  if ('key' in operation) about.key = operation.key
}

export function noteRefusal(about: NotedRequest, { code }: PosternError): void {
  const { oss, ec } = errorRow(code)
  about.error = { reason: code, code: oss, ...(ec !== undefined && { ec }) }
}
