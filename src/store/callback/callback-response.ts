import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { madeHeaders } from '../object/object-response.ts'
import { openContent } from '../object/open-content.ts'
import { noteRefusal } from '../observe/noted-request.ts'
import type { BucketCall, Caller } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { errorResponse } from '../request/error-response.ts'
import type { ApplicationAnswer } from './call-application.ts'
import type { CallbackOperation } from './callback-values.ts'
import { IMAGE_HEAD_BYTES, type ImageInfo, readImageInfo } from './image-info.ts'
import type { PreparedCallback } from './prepare-callback.ts'
import { sendCallback } from './send-callback.ts'
import { asksFor } from './template.ts'

/** An object that was made and is durable. */
export interface MadeObject {
  readonly caller: Caller
  readonly bucket: string
  readonly key: string
  readonly object: ObjectRecord
  readonly operation: CallbackOperation
}

/**
 * Tells the application of an object, and answers with what it said: 200 with its JSON, or 203 where it did not confirm.
 * The object stays in either case, and what the answer says of it.
 *
 * @see docs/spec/callback.md sections 6 and 7
 */
export async function callbackResponse(
  context: StoreContext,
  { request, about }: BucketCall,
  prepared: PreparedCallback,
  made: MadeObject,
): Promise<StoreResponse> {
  const { requestId } = about
  const sent = context.callbacks.run(() => tell(context, prepared, made, { requestId, ...request }))
  const answer = sent === undefined ? TOO_MANY : await sent
  const headers = madeHeaders(made.object)
  if (!(answer instanceof PosternError))
    return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body: answer }
  noteRefusal(about, answer)
  const failed = errorResponse(answer, request, requestId)
  return { ...failed, headers: { ...failed.headers, ...headers } }
}

const TOO_MANY = new PosternError('callback-failed', 'Too many callback requests.')

async function tell(
  context: StoreContext,
  prepared: PreparedCallback,
  { caller, bucket, key, object, operation }: MadeObject,
  asked: { readonly requestId: string; readonly clientAddress: string },
): Promise<ApplicationAnswer> {
  const image = asksFor(prepared.callback.body, 'imageInfo.') ? await imageOf(context, object) : undefined
  if (image === 'unreadable') return new PosternError('callback-failed', 'Get image info failed.')
  const { requestId, clientAddress } = asked
  const facts = { bucket, key, object, image, operation, requestId, clientAddress }
  const requester = caller.kind === 'signed' ? caller.accessKeyId : ''
  const owner = context.catalog.bucket(bucket)?.owner ?? ''
  return await sendCallback(context, prepared, facts, { requester, owner })
}

/** The object may have been replaced meanwhile, and its bytes be gone. */
async function imageOf(
  { blobs }: StoreContext,
  { content, size }: ObjectRecord,
): Promise<ImageInfo | undefined | 'unreadable'> {
  if (size === 0) return undefined
  const range = { start: 0, end: Math.min(size, IMAGE_HEAD_BYTES) - 1 }
  const head = openContent(blobs, content, range, new AbortController().signal)
  if (head instanceof Uint8Array) return readImageInfo(Buffer.from(head))
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of head) chunks.push(chunk)
  } catch {
    return 'unreadable'
  }
  return readImageInfo(Buffer.concat(chunks))
}
