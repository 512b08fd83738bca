import { readElements } from '../base/xml.ts'
import type { Fields } from '../form/upload-form.ts'
import type { IssuedUpload } from './read-form.ts'
import type { Answer, FileFacts } from './transport.ts'
import type { UploadedObject } from './upload-handle.ts'

/**
 * Reads the store's answer: the object it made; `undefined` where it is a refusal, which `readError` reads.
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
): UploadedObject | undefined {
  if (!isStored(form, answer)) return undefined
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
  made = (key || (form.fields?.['key'] ?? '')).replaceAll(VARIABLE, () => sentName(name)),
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

/** A file's name as FormData writes it, without the folders that a store takes off. @see https://html.spec.whatwg.org/#multipart-form-data */
function sentName(name: string): string {
  return name
    .replace(/^.*[/\\]/s, '')
    .replaceAll('"', '%22')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
}

function objectUrl(formUrl: string, key: string): string {
  return formUrl + key.split('/').map(encodeURIComponent).join('/')
}

/** @see docs/spec/post-object.md section 4.5 */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
const VARIABLE = '${filename}'
