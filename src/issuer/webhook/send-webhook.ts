import { readUtf8 } from '../../base/bytes.ts'
import { readBoundedBytes } from '../bounded-bytes.ts'
import { signWebhook, type WebhookMessage } from './sign-webhook.ts'
import type { WebhookRules } from './webhook-options.ts'

/** What became of one try. */
export type Attempt =
  /** `answer` is JSON; absent where the application said yes and nothing that can be passed on. */
  | { readonly kind: 'taken'; readonly answer: string | undefined }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs: number | undefined }
  /** The application wants no more of it. */
  | { readonly kind: 'gone' }

/** The standard asks for 15 to 30 seconds. */
const TIMEOUT_MS = 15_000
/** Ours; what is longer is not passed on. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Sends a message once. Redirects are not followed: whoever can set one would get what is meant for the application. */
export async function sendWebhook(
  { url, keys }: WebhookRules,
  message: WebhookMessage,
  now: Date,
  timeoutMs = TIMEOUT_MS,
): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...signWebhook(message, keys, now) },
      body: message.body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const bytes = await readBoundedBytes(response.body, MAX_ANSWER_BYTES)
    return attemptOf(response, bytes, now)
  } catch (error) {
    return { kind: 'failed', why: reasonOf(error), retryAfterMs: undefined }
  }
}

function attemptOf({ ok, status, headers }: Response, bytes: Uint8Array | undefined, now: Date): Attempt {
  if (ok) return { kind: 'taken', answer: bytes && jsonText(bytes) }
  if (status === 410) return { kind: 'gone' }
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now)
  return { kind: 'failed', why: `it answered ${status}`, retryAfterMs }
}

/** The text, where it is JSON. */
function jsonText(bytes: Uint8Array): string | undefined {
  const text = readUtf8(bytes)
  try {
    return text === undefined ? undefined : JSON.stringify(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Seconds, or a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function readRetryAfter(text: string | null, now: Date): number | undefined {
  if (text === null) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime())
}

/** `fetch` hides why it failed behind one sentence. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
