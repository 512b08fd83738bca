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
export async function getObject(
  { catalog, blobs }: StoreContext,
  { request, address, caller, bucket, key }: ObjectCall,
): Promise<StoreResponse> {
  const overrides = readOverrides(address, caller)
  for (;;) {
    const record = existingObject(catalog, bucket, key)
    const { range, ...head } = answerFor(record, request, overrides)
    if (head.status === 304) return head
    try {
      return { ...head, body: await openContent(blobs, record.content, range, request.signal) }
    } catch (error) {
      // The object may have been replaced after its record was read; then its successor is the answer.
      const now = catalog.object(bucket, key)
      if (now !== undefined && isSameContent(now, record)) throw error
    }
  }
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

function isSameContent({ content: one }: ObjectRecord, { content: other }: ObjectRecord): boolean {
  return one.kind === 'inline' || (other.kind === 'blob' && one.name === other.name)
}
