import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { callbackResponse } from '../callback/callback-response.ts'
import { callbackOfRequest } from '../callback/carrier.ts'
import { prepareCallback } from '../callback/prepare-callback.ts'
import type { ObjectCall } from '../request/call.ts'
import { type CheckedBody, checkedBody } from '../request/checked-body.ts'
import type { StoreContext } from '../request/context.ts'
import { keepObject } from './keep-object.ts'
import { headerProperties } from './object-properties.ts'
import { madeHeaders } from './object-response.ts'
import { refuseConditions, refuseStrays, refuseUndone } from './refused-headers.ts'

/** `PUT /key`: the body becomes the object. @see docs/spec/object-api.md section 5 */
export async function putObject(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { request, address, bucket, key, caller } = call
  const { headers } = request
  refuseUndone(headers)
  refuseStrays(headers, ['x-oss-symlink-target'])
  refuseConditions(headers)
  const body = bodyOfKnownEnd(request)
  const callback = await prepareCallback(context.callbacks, callbackOfRequest(address, headers), call)
  const object = await keepObject(context, {
    bucket,
    key,
    caller,
    properties: headerProperties(headers),
    source: body.chunks,
    settle: body.check,
  })
  if (callback !== undefined)
    return await callbackResponse(context, call, callback, { caller, bucket, key, object, operation: 'PutObject' })
  return { status: 200, headers: { ...madeHeaders(object), 'content-length': '0' } }
}

/** A body that announces its length, or comes in chunks. */
export function bodyOfKnownEnd(request: ObjectCall['request']): CheckedBody {
  const body = checkedBody(request)
  if (body.left() !== undefined || request.headers.has('transfer-encoding')) return body
  throw new PosternError('length-missing', 'Announce the length, or send the body in chunks.')
}
