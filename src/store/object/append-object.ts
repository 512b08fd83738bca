import { MAX_OBJECT_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { authorize, authorizeProperties } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { CheckedBody } from '../request/checked-body.ts'
import type { StoreContext } from '../request/context.ts'
import { argumentInvalid, queryValue } from '../request/query.ts'
import { appendFault, keepAppended } from './keep-appended.ts'
import { headerProperties } from './object-properties.ts'
import { madeHeaders } from './object-response.ts'
import { bodyOfKnownEnd } from './put-object.ts'
import { receiveBytes } from './receive-bytes.ts'
import { refuseConditions, refuseStrays, refuseUndone } from './refused-headers.ts'

/**
 * `POST /key?append&position=N`: the body goes behind what is there. It comes whole before it waits for its turn, so a
 * slow sender keeps nobody waiting. What the headers say of the object counts where this makes it.
 *
 * @see docs/spec/object-api.md section 5
 */
export async function appendObject(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { request, address, bucket, key, caller } = call
  const place = { bucket, key }
  refuseHeaders(request.headers)
  const position = readPosition(address)
  const properties = headerProperties(request.headers)
  const { acl, tags } = properties
  authorizeProperties(context, caller, place, { setsAcl: acl !== 'default', setsTags: tags.length > 0 })
  const body = bodyOfKnownEnd(request)
  const fault = appendFault(context.catalog.object(bucket, key), position)
  if (fault !== undefined) throw fault

  const addition = await receiveAddition(context, body, position, () =>
    authorize(context, caller, { kind: 'append-object', ...place }),
  )
  const object = await keepAppended(context, { ...place, position, properties, addition })
  return appendResponse(object)
}

function refuseHeaders(headers: ReadonlyMap<string, string>): void {
  refuseUndone(headers)
  refuseStrays(headers, ['x-oss-copy-source', 'x-oss-symlink-target'])
  refuseConditions(headers)
}

function readPosition(address: RequestAddress): number {
  const position = queryValue(address, 'position')
  if (position === undefined)
    throw new PosternError('argument-missing', 'Say the position to append at.', { ArgumentName: 'position' })
  if (/^\d{1,15}$/.test(position)) return Number(position)
  throw argumentInvalid('position', position, 'is a whole number of bytes')
}

/** Only what is appended to nothing becomes a file of its own; the rest goes into one, and may wait in memory for it. */
async function receiveAddition(context: StoreContext, body: CheckedBody, position: number, mayStill: () => void) {
  const maxBytes = MAX_OBJECT_BYTES - position
  const tooLarge = (size: number) => appendTooLarge(position + size)
  const announced = body.left() ?? 0
  if (announced > maxBytes) throw tooLarge(announced)
  const settle = () => {
    body.check()
    mayStill() // asked again: the bytes may have come for hours
  }
  return await receiveBytes(context.blobs, body.chunks, settle, { mayBeInline: position > 0, maxBytes, tooLarge })
}

function appendTooLarge(size: number): PosternError {
  const detail = `With it the object would have ${size} bytes; ${MAX_OBJECT_BYTES} are allowed.`
  const facts = { MaxSizeAllowed: String(MAX_OBJECT_BYTES), ProposedSize: String(size) }
  return new PosternError('body-too-large', detail, facts)
}

function appendResponse(object: ObjectRecord): StoreResponse {
  const next = { 'x-oss-next-append-position': String(object.size) }
  return { status: 200, headers: { ...madeHeaders(object), ...next, 'content-length': '0' } }
}
