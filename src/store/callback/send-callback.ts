import { createHash } from 'node:crypto'
import { base64, utf8 } from '../../base/bytes.ts'
import { MAX_CALLBACK_BODY_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreContext } from '../request/context.ts'
import { type ApplicationAnswer, callApplication, type PinnedUrl } from './call-application.ts'
import type { CallbackKey } from './callback-key.ts'
import { callbackValues, type UploadFacts } from './callback-values.ts'
import type { PreparedCallback } from './prepare-callback.ts'
import { fillTemplate } from './template.ts'

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
  const { timeoutMs } = callbacks
  const shared = {
    connection: 'close',
    'content-length': String(body.length),
    'content-type': callback.body.type,
    'content-md5': createHash('md5').update(body).digest('base64'),
    'user-agent': 'aliyun-oss-callback',
    'x-oss-pub-key-url': base64(utf8(callbacks.keyUrl())),
    'x-oss-bucket': facts.bucket,
    'x-oss-request-id': facts.requestId,
    'x-oss-requester': parties.requester,
    'x-oss-owner': parties.owner,
    'x-oss-signature-version': '1.0',
    'x-oss-tag': 'CALLBACK',
    'x-oss-additional-headers': '',
  }
  let answer: ApplicationAnswer = new PosternError('callback-failed', 'The store is closing.')
  for (const url of urls) {
    if (callbacks.isClosing()) return answer
    const own = {
      host: callback.host ?? url.authority,
      date: now().toUTCString(),
      authorization: signature(key, url, body),
    }
    const { sendsServerName } = callback
    answer = await callApplication({ url, headers: { ...own, ...shared }, body, sendsServerName, timeoutMs })
    if (!(answer instanceof PosternError)) return answer
  }
  return answer
}

/** Over the decoded path, the query as it stands, and the body. @see docs/spec/callback.md section 5 */
function signature(key: CallbackKey, { path, query }: PinnedUrl, body: Uint8Array): string {
  return key.sign(Buffer.concat([utf8(`${decodeURIComponent(path)}${query}\n`), body]))
}
