import { PosternError } from '../base/errors.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { aborted, noStoreAnswer } from './connection.ts'
import { watchAnswer } from './watch-answer.ts'

/** A file as `<input type="file">` gives it, or any `Blob` with a name. */
export type NamedBlob = Blob & { readonly name: string }

/** How much of the file is on its way. */
export interface Progress {
  readonly sentBytes: number
  readonly totalBytes: number
}

export interface SendOptions {
  /** Called as the file leaves. It makes a browser ask the store first (a CORS preflight). */
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

/** What the store said, unread. */
export interface StoreAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * Sends one file with its form, and gives the store's answer, whatever it is.
 *
 * Progress needs `XMLHttpRequest`; without it, or where nobody asks, it is a plain `fetch`.
 *
 * @example
 * const answer = await sendForm(form, file, { onProgress: ({ sentBytes }) => show(sentBytes) })
 *
 * @see docs/spec/post-object.md section 2
 */
export async function sendForm(form: UploadForm, file: NamedBlob, options: SendOptions = {}): Promise<StoreAnswer> {
  const { onProgress, signal } = options
  if (signal?.aborted === true) throw aborted()
  await assertReadable(file)
  const body = formBody(form, file)
  if (onProgress === undefined || typeof XMLHttpRequest === 'undefined') return fetchAnswer(form.url, body, signal)
  return watchAnswer(form.url, body, (sent, total) => onProgress(progressOf(file, sent, total)), signal)
}

/** A file that changed since it was picked cannot be read, and all a browser would say of it is "network error". */
async function assertReadable(file: NamedBlob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch (cause) {
    const detail = `"${file.name}" was changed, moved or deleted after it was chosen. Choose it again.`
    throw new PosternError('file-unreadable', detail, {}, { cause })
  }
}

function formBody(form: UploadForm, file: NamedBlob): FormData {
  const body = new FormData()
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value)
  body.append('file', file, file.name) // last: the store ignores every field after it
  return body
}

/** The fields go before the file, so what is sent of the body beyond their size is the file's. */
function progressOf(file: NamedBlob, sentBytes: number, totalBytes: number): Progress {
  return { sentBytes: Math.max(0, sentBytes - (totalBytes - file.size)), totalBytes: file.size }
}

async function fetchAnswer(url: string, body: FormData, signal: AbortSignal | undefined): Promise<StoreAnswer> {
  try {
    const response = await fetch(url, { method: 'POST', body, credentials: 'omit', signal: signal ?? null })
    return { status: response.status, headers: response.headers, body: await response.text() }
  } catch (cause) {
    throw await noStoreAnswer(url, signal, cause)
  }
}
