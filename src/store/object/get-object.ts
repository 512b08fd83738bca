import type { StoreResponse } from '../../http/exchange.ts'
import type { ByteRange } from '../disk/blobs.ts'
import type { ObjectRecord } from '../disk/records.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { askedRange } from './byte-range.ts'
import { objectHeaders, readOverrides, tagCount } from './object-headers.ts'
import { openContent } from './open-content.ts'
import { isUnchanged } from './preconditions.ts'
import { readThrough } from './read-through.ts'

/** `GET /key`. @see docs/spec/object-api.md section 5 */
export function getObject(context: StoreContext, call: ObjectCall): StoreResponse {
  const { record, range, head } = answerTo(context, call)
  // no await since the record was read: from here on its bytes are held, whatever becomes of the object
  if (head.status === 304) return head
  return { ...head, body: openContent(context.blobs, record.content, range, call.request.signal) }
}

/** `HEAD /key`: what GET would say, without the bytes. */
export function headObject(context: StoreContext, call: ObjectCall): StoreResponse {
  return answerTo(context, call).head
}

interface Answer {
  readonly record: ObjectRecord
  /** Absent where the whole object is the answer. */
  readonly range: ByteRange | undefined
  readonly head: StoreResponse
}

function answerTo(context: StoreContext, call: ObjectCall): Answer {
  const { request, address, caller, bucket, key } = call
  const overrides = readOverrides(address, caller)
  const record = readThrough(context, caller, bucket, key)
  const described = { ...objectHeaders(record), ...tagCount(context, call, record) }
  if (isUnchanged(request.headers, record))
    return { record, range: undefined, head: { status: 304, headers: described } }
  const range = askedRange(request.headers, record)
  return { record, range, head: headOf({ ...described, ...overrides }, record.size, range) }
}

function headOf(described: StoreResponse['headers'], size: number, range: ByteRange | undefined): StoreResponse {
  if (range === undefined) return { status: 200, headers: { ...described, 'content-length': String(size) } }
  const { start, end } = range
  const part = { 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': String(end - start + 1) }
  return { status: 206, headers: { ...described, ...part } }
}
