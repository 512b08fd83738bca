import { readElements } from '../base/xml.ts'
import { expandFilename } from '../form/key.ts'
import type { Fields } from '../form/upload-form.ts'
import { noAnswer } from './no-answer.ts'
import { readError } from './read-error.ts'
import type { IssuedUpload } from './read-form.ts'
import type { Answer, FileFacts } from './transport.ts'
import type { UploadedObject } from './upload-handle.ts'

/**
 * Reads the store's answer: the object it made, or its refusal as the error the store made it of.
 *
 * @example
 * const { key, etag } = readResponse(form, file, { status, headers, body })
 *
 * @see docs/spec/post-object.md sections 6 and 7
 */
export function readResponse(
  form: IssuedUpload,
  file: Pick<FileFacts, 'name' | 'size'>,
  answer: Answer,
): UploadedObject {
  if (answer.status === 0) throw noAnswer('The store gave no answer.')
  if (!isStored(form, answer)) throw readError(answer)
  const made = readElements(answer.body, 'PostResponse')
  return {
    ...objectOf(form, file, made?.get('Key')),
    etag: answer.headers.get('etag') ?? made?.get('ETag'),
    crc64: answer.headers.get('x-oss-hash-crc64ecma') ?? undefined,
    location: made?.get('Location'),
  }
}

/** The object that a form makes, as far as the form says it. */
export function objectOf(
  { url, key = '', ...form }: Pick<IssuedUpload, 'url' | 'key'> & { readonly fields?: Fields },
  { name, size }: Pick<FileFacts, 'name' | 'size'>,
  made = expandFilename(key || (form.fields?.['key'] ?? ''), sentName(name)),
): UploadedObject {
  const nothing = undefined
  const address = form.fields === undefined ? url.replace(/\?.*/, '') : objectUrl(url, made)
  return { key: made, url: address, size, etag: nothing, crc64: nothing, location: nothing, answer: nothing }
}

/** A 203 is a failed callback; a page of HTML comes from something that is no store, unless the form sent us on to it. */
function isStored(form: IssuedUpload, { status, headers }: Answer): boolean {
  if (status < 200 || status > 299 || status === 203) return false
  const goesOn = 'fields' in form && 'success_action_redirect' in form.fields
  return goesOn || headers.get('content-type')?.startsWith('text/html') !== true
}

/** A file's name as FormData writes it. @see https://html.spec.whatwg.org/#multipart-form-data */
function sentName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function objectUrl(formUrl: string, key: string): string {
  return formUrl + key.split('/').map(encodeURIComponent).join('/')
}
