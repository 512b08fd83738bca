import type { StoreRequest, StoreResponse } from '../../http/exchange.ts'
import type { ByteRange } from '../disk/blobs.ts'
import type { ObjectRecord } from '../disk/records.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { parseRange } from './byte-range.ts'
import { existingObject, objectHeaders, readOverrides } from './object-headers.ts'
import { openContent } from './open-content.ts'
import { isUnchanged } from './preconditions.ts'

/** `GET /key`. @see docs/spec/object-api.md section 5 */
export function getObject(
  { catalog, blobs }: StoreContext,
  { request, address, caller, bucket, key }: ObjectCall,
): StoreResponse {
  const record = existingObject(catalog, bucket, key)
  const { range, ...head } = answerFor(record, request, readOverrides(address, caller))
  // no await since the record was read: from here on its bytes are held, whatever becomes of the object
  return head.status === 304 ? head : { ...head, body: openContent(blobs, record.content, range, request.signal) }
}

/** `HEAD /key`: what GET would say, without the bytes. */
export function headObject(
  { catalog }: StoreContext,
  { request, address, caller, bucket, key }: ObjectCall,
): StoreResponse {
  const overrides = readOverrides(address, caller)
  const { range: _, ...head } = answerFor(existingObject(catalog, bucket, key), request, overrides)
  return head
}

function answerFor(
  record: ObjectRecord,
  { headers }: StoreRequest,
  overrides: Readonly<Record<string, string>>,
): StoreResponse & { readonly range?: ByteRange } {
  const described = objectHeaders(record)
  if (isUnchanged(headers, record)) return { status: 304, headers: described }
  const range = parseRange(headers.get('range'), record.size)
  const whole = { ...described, ...overrides, 'content-length': String(record.size) }
  if (range === undefined) return { status: 200, headers: whole }
  const { start, end } = range
  const part = { 'content-range': `bytes ${start}-${end}/${record.size}`, 'content-length': String(end - start + 1) }
  return { status: 206, headers: { ...whole, ...part }, range }
}
