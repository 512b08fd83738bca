import { PosternError } from '../base/errors.ts'
import { readElements } from '../base/xml.ts'
import { expandFilename } from '../form/key.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { readError } from './read-error.ts'
import type { StoreAnswer } from './send-form.ts'

/** What became of the file. A browser sees `etag` and `crc64` only where the bucket's CORS rule exposes those headers. */
export interface UploadedObject {
  readonly key: string
  /** The object's address: public only if the bucket is. */
  readonly url: string
  readonly size: number
  readonly etag: string | undefined
  /** CRC-64/XZ of the content, as a decimal number. */
  readonly crc64: string | undefined
  /** The address as the store itself writes it, where it does. */
  readonly location: string | undefined
}

/**
 * Reads the store's answer: the object it made, or its refusal as the error the store made it of.
 *
 * @example
 * const { key, etag } = readResponse(form, file, await sendForm(form, file))
 *
 * @see docs/spec/post-object.md sections 6 and 7
 */
export function readResponse(
  form: UploadForm,
  file: { readonly name: string; readonly size: number },
  answer: StoreAnswer,
): UploadedObject {
  if (answer.status === 0) throw new PosternError('network-lost', 'The store gave no answer.')
  if (!isStored(form, answer)) throw readError(answer)
  const made = readElements(answer.body, 'PostResponse')
  const key = made?.get('Key') ?? expandFilename(form.key ?? form.fields['key'] ?? '', sentName(file.name))
  return {
    key,
    url: objectUrl(form.url, key),
    size: file.size,
    etag: answer.headers.get('etag') ?? made?.get('ETag'),
    crc64: answer.headers.get('x-oss-hash-crc64ecma') ?? undefined,
    location: made?.get('Location'),
  }
}

/** A 203 is a failed callback; a page of HTML comes from something that is no store, unless the form sent us on to it. */
function isStored(form: UploadForm, { status, headers }: StoreAnswer): boolean {
  if (status < 200 || status > 299 || status === 203) return false
  return 'success_action_redirect' in form.fields || headers.get('content-type')?.startsWith('text/html') !== true
}

/** A file's name as FormData writes it. @see https://html.spec.whatwg.org/#multipart-form-data */
function sentName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function objectUrl(formUrl: string, key: string): string {
  return formUrl + key.split('/').map(encodeURIComponent).join('/')
}
