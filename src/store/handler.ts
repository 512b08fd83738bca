import { PosternError } from '../base/request-errors.ts'
import type { StoreHandler, StoreRequest, StoreResponse } from '../http/exchange.ts'
import type { OnServerError } from '../http/server.ts'
import { getBucketAcl, putBucketAcl } from './bucket/bucket-acl.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './bucket/bucket-cors.ts'
import { getBucketInfo } from './bucket/bucket-info.ts'
import { getBucketLocation } from './bucket/bucket-location.ts'
import { corsHeaders } from './bucket/cors-rules.ts'
import { deleteBucket } from './bucket/delete-bucket.ts'
import { deleteObjects } from './bucket/delete-objects.ts'
import { listBuckets } from './bucket/list-buckets.ts'
import { listObjects } from './bucket/list-objects.ts'
import { preflight } from './bucket/preflight.ts'
import { putBucket } from './bucket/put-bucket.ts'
import { asksForCallbackKey, callbackKeyResponse } from './callback/callback-key-response.ts'
import type { Cors } from './disk/records.ts'
import { appendObject } from './object/append-object.ts'
import { copyObject } from './object/copy-object.ts'
import { deleteObject } from './object/delete-object.ts'
import { getObject, headObject } from './object/get-object.ts'
import { getObjectMeta } from './object/get-object-meta.ts'
import { getObjectAcl, putObjectAcl } from './object/object-acl.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object/object-tagging.ts'
import { postObject } from './object/post-object.ts'
import { putObject } from './object/put-object.ts'
import { getSymlink, putSymlink } from './object/symlink.ts'
import { type NotedRequest, noteCaller, noteOperation, noteRefusal } from './observe/noted-request.ts'
import { type Address, readAddress } from './request/address.ts'
import { authorize, identify } from './request/authorize.ts'
import { isBucketName } from './request/bucket-name.ts'
import type { BucketCall, Call, ObjectCall } from './request/call.ts'
import type { StoreContext } from './request/context.ts'
import { errorResponse } from './request/error-response.ts'
import { headerBytes } from './request/header-text.ts'
import type { BucketKind, ObjectKind, Operation, ServiceKind } from './request/operations.ts'
import { newRequestId } from './request/request-id.ts'
import { route } from './request/route.ts'
import { assumeRole } from './sts/assume-role.ts'
import { abortUpload } from './upload/abort-upload.ts'
import { completeUpload } from './upload/complete-upload.ts'
import { initiateUpload } from './upload/initiate-upload.ts'
import { listParts } from './upload/list-parts.ts'
import { listUploads } from './upload/list-uploads.ts'
import { uploadPart } from './upload/upload-part.ts'
import { uploadPartCopy } from './upload/upload-part-copy.ts'

/** The store as a handler. The only place where errors become XML. */
export function createStoreHandler(context: StoreContext, onError: OnServerError): StoreHandler {
  return async (request) => {
    const requestId = newRequestId()
    const started = performance.now()
    const about: NotedRequest = { requestId }
    let cors: Cors | undefined
    let response: StoreResponse
    try {
      const readings = readAddress(request, context)
      cors = corsOf(context, readings[0]) // before the work, so that a refusal has it too: else a browser hides the reason
      response = await answer(context, request, readings, about)
    } catch (error) {
      const refusal = refusalOf(error, requestId, onError)
      noteRefusal(about, refusal)
      response = errorResponse(refusal, request, requestId)
    }
    const headers = {
      server: 'AliyunOSS',
      date: context.now().toUTCString(),
      'x-oss-request-id': requestId,
      'x-oss-server-time': String(Math.round(performance.now() - started)),
      ...corsHeaders(cors, request),
      ...response.headers,
    }
    return { ...response, headers: headerBytes(headers), about }
  }
}

async function answer(
  context: StoreContext,
  request: StoreRequest,
  readings: readonly [Address, ...Address[]],
  about: NotedRequest,
): Promise<StoreResponse> {
  if (asksForCallbackKey(readings[0])) {
    about.operation = 'get-callback-key'
    return await callbackKeyResponse(context.callbacks, request)
  }
  const { caller, address } = identify(context, request, readings)
  noteCaller(about, caller)
  const operation = route(address, request.headers)
  noteOperation(about, operation)
  authorize(context, caller, operation)
  return await perform(context, operation, { request, address, caller, about })
}

/** Like the operations: the work of each, by its kind. */
function perform(context: StoreContext, operation: Operation, call: Call): Promise<StoreResponse> | StoreResponse {
  if ('key' in operation) return OF_OBJECT[operation.kind](context, { ...call, ...operation })
  if ('bucket' in operation) return OF_BUCKET[operation.kind](context, { ...call, ...operation })
  return OF_SERVICE[operation.kind](context, call)
}

type Work<ItsCall> = (context: StoreContext, call: ItsCall) => Promise<StoreResponse> | StoreResponse

const OF_SERVICE: Readonly<Record<ServiceKind, Work<Call>>> = {
  'list-buckets': listBuckets,
  'assume-role': assumeRole,
}

const OF_BUCKET: Readonly<Record<BucketKind, Work<BucketCall>>> = {
  'post-object': postObject,
  preflight,
  'put-bucket': putBucket,
  'delete-bucket': deleteBucket,
  'list-objects': listObjects,
  'delete-objects': deleteObjects,
  'list-uploads': listUploads,
  'get-bucket-info': getBucketInfo,
  'get-bucket-location': getBucketLocation,
  'get-bucket-acl': getBucketAcl,
  'put-bucket-acl': putBucketAcl,
  'get-bucket-cors': getBucketCors,
  'put-bucket-cors': putBucketCors,
  'delete-bucket-cors': deleteBucketCors,
}

const OF_OBJECT: Readonly<Record<ObjectKind, Work<ObjectCall>>> = {
  'get-object': getObject,
  'head-object': headObject,
  'get-object-meta': getObjectMeta,
  'put-object': putObject,
  'copy-object': copyObject,
  'append-object': appendObject,
  'delete-object': deleteObject,
  'get-object-acl': getObjectAcl,
  'put-object-acl': putObjectAcl,
  'get-object-tagging': getObjectTagging,
  'put-object-tagging': putObjectTagging,
  'delete-object-tagging': deleteObjectTagging,
  'get-symlink': getSymlink,
  'put-symlink': putSymlink,
  'initiate-upload': initiateUpload,
  'upload-part': uploadPart,
  'upload-part-copy': uploadPartCopy,
  'complete-upload': completeUpload,
  'abort-upload': abortUpload,
  'list-parts': listParts,
}

/** What the peer learns of an error: a refusal whole, a bug only that it was one. */
function refusalOf(error: unknown, requestId: string, onError: OnServerError): PosternError {
  if (error instanceof PosternError) return error
  onError(error, requestId)
  return new PosternError('internal-error', '')
}

function corsOf({ catalog }: StoreContext, { bucket }: Address): Cors | undefined {
  return bucket !== undefined && isBucketName(bucket) ? catalog.bucket(bucket)?.cors : undefined
}
