import { createHash } from 'node:crypto'
import { base64, utf8 } from '../../base/bytes.ts'
import { MAX_CALLBACK_BODY_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreContext } from '../request/context.ts'
import { type ApplicationAnswer, callApplication, type PinnedUrl } from './call-application.ts'
import type { CallbackKey } from './callback-key.ts'
import { callbackValues, type UploadFacts } from './callback-values.ts'
import type { PreparedCallback } from './prepare-callback.ts'
import { type BodyType, fillTemplate } from './template.ts'

/** Who is told of an upload, and in whose name. */
export interface Parties {
  /** The access key id that signed the upload. */
  readonly requester: string
  /** The access key id that owns the bucket. */
  readonly owner: string
}

/**
 * Tells an application of a stored object: its URLs one after the other, until one answers as it should. Gives its answer,
 * or the failure of the last that was tried.
 *
 * @see docs/spec/callback.md sections 4 to 7
 */
export async function sendCallback(
  { callbacks, now }: Pick<StoreContext, 'callbacks' | 'now'>,
  { callback, urls, variables, key }: PreparedCallback,
  facts: UploadFacts,
  parties: Parties,
): Promise<ApplicationAnswer> {
  const body = fillTemplate(callback.body, callbackValues(facts, variables), MAX_CALLBACK_BODY_BYTES)
  if (body === undefined) throw new TypeError('A callback has become longer than it could.')
  const shared = headersOf(body, callback.body.type, { ...parties, ...facts, keyUrl: callbacks.keyUrl() })
  const { sendsServerName } = callback
  const { timeoutMs } = callbacks
  let answer: ApplicationAnswer = new PosternError('callback-failed', 'The store is closing.')
  for (const url of urls) {
    if (callbacks.isClosing()) return answer
    const own = {
      host: callback.host ?? url.authority,
      date: now().toUTCString(),
      authorization: signature(key, url, body),
    }
    answer = await callApplication({ url, headers: { ...own, ...shared }, body, sendsServerName, timeoutMs })
    if (!(answer instanceof PosternError)) return answer
  }
  return answer
}

interface Told extends Parties {
  readonly bucket: string
  readonly requestId: string
  readonly keyUrl: string
}

/** The headers that are the same for each URL. @see docs/spec/callback.md section 4 */
function headersOf(
  body: Uint8Array,
  type: BodyType,
  { bucket, requestId, keyUrl, requester, owner }: Told,
): Readonly<Record<string, string>> {
  return {
    connection: 'close',
    'content-length': String(body.length),
    'content-type': type,
    'content-md5': createHash('md5').update(body).digest('base64'),
    'user-agent': 'aliyun-oss-callback',
    'x-oss-pub-key-url': base64(utf8(keyUrl)),
    'x-oss-bucket': bucket,
    'x-oss-request-id': requestId,
    'x-oss-requester': requester,
    'x-oss-owner': owner,
    'x-oss-signature-version': '1.0',
    'x-oss-tag': 'CALLBACK',
    'x-oss-additional-headers': '',
  }
}

/** Over the decoded path, the query as it stands, and the body. @see docs/spec/callback.md section 5 */
function signature(key: CallbackKey, { path, query }: PinnedUrl, body: Uint8Array): string {
  return key.sign(Buffer.concat([utf8(`${decodeURIComponent(path)}${query}\n`), body]))
}
