import { randomBytes } from 'node:crypto'
import { PosternError } from '../base/errors.ts'
import type { StoreHandler, StoreRequest, StoreResponse } from '../http/exchange.ts'
import { getBucketAcl, putBucketAcl } from './bucket/bucket-acl.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './bucket/bucket-cors.ts'
import { getBucketLocation } from './bucket/bucket-location.ts'
import { corsHeaders } from './bucket/cors-rules.ts'
import { preflight } from './bucket/preflight.ts'
import { putBucket } from './bucket/put-bucket.ts'
import type { Cors } from './disk/records.ts'
import { deleteObject } from './object/delete-object.ts'
import { getObject, headObject } from './object/get-object.ts'
import { postObject } from './object/post-object.ts'
import { putObject } from './object/put-object.ts'
import { type Address, readAddress } from './request/address.ts'
import { authorize, type Caller, identify } from './request/authorize.ts'
import { isBucketName } from './request/bucket-name.ts'
import type { StoreContext } from './request/context.ts'
import { errorResponse } from './request/error-response.ts'
import { headerBytes } from './request/header-text.ts'
import { type Operation, route } from './request/route.ts'

/** Told of an error that is no refusal: a bug, or a broken disk. */
export type OnError = (error: unknown, requestId: string) => void

/** The store as a handler. The only place where errors become XML. */
export function createStoreHandler(context: StoreContext, onError: OnError = logError): StoreHandler {
  return async (request) => {
    const requestId = randomBytes(12).toString('hex').toUpperCase()
    const started = performance.now()
    let cors: Cors | undefined
    let response: StoreResponse
    try {
      const readings = readAddress(request, context.domains)
      cors = corsOf(context, readings[0]) // before the work, so that a refusal has it too: else a browser hides the reason
      response = await answer(context, request, readings)
    } catch (error) {
      response = errorResponse(refusalOf(error, requestId, onError), request, requestId)
    }
    const headers = {
      server: 'AliyunOSS',
      date: context.now().toUTCString(),
      'x-oss-request-id': requestId,
      'x-oss-server-time': String(Math.round(performance.now() - started)),
      ...corsHeaders(cors, request),
      ...response.headers,
    }
    return { ...response, headers: headerBytes(headers) }
  }
}

async function answer(
  context: StoreContext,
  request: StoreRequest,
  readings: readonly [Address, ...Address[]],
): Promise<StoreResponse> {
  const { caller, address } = identify(context, request, readings)
  const operation = route(address)
  authorize(context.catalog, caller, operation)
  return await perform(context, request, operation, caller, address)
}

function perform(
  context: StoreContext,
  request: StoreRequest,
  operation: Operation,
  caller: Caller,
  address: Address,
): Promise<StoreResponse> | StoreResponse {
  switch (operation.kind) {
    case 'post-object':
      return postObject(context, request, address, operation.bucket)
    case 'get-object':
      return getObject(context, request, operation, caller, address)
    case 'head-object':
      return headObject(context, request, operation, caller, address)
    case 'put-object':
      return putObject(context, request, operation, caller)
    case 'delete-object':
      return deleteObject(context, operation)
    case 'put-bucket':
      return putBucket(context, request, operation.bucket, caller)
    case 'get-bucket-location':
      return getBucketLocation(context)
    case 'get-bucket-acl':
      return getBucketAcl(context, operation.bucket)
    case 'put-bucket-acl':
      return putBucketAcl(context, request, operation.bucket)
    case 'get-bucket-cors':
      return getBucketCors(context, operation.bucket)
    case 'put-bucket-cors':
      return putBucketCors(context, request, operation.bucket)
    case 'delete-bucket-cors':
      return deleteBucketCors(context, operation.bucket)
    case 'preflight':
      return preflight(context, request, operation.bucket)
  }
}

/** What the peer learns of an error: a refusal whole, a bug only that it was one. */
function refusalOf(error: unknown, requestId: string, onError: OnError): PosternError {
  if (error instanceof PosternError) return error
  onError(error, requestId)
  return new PosternError('internal-error', '')
}

function logError(error: unknown, requestId: string): void {
  console.error(`postern: request ${requestId} failed`, error)
}

function corsOf({ catalog }: StoreContext, { bucket }: Address): Cors | undefined {
  return bucket !== undefined && isBucketName(bucket) ? catalog.bucket(bucket)?.cors : undefined
}
