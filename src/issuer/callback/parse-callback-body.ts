import { readUtf8 } from '../../base/bytes.ts'
import { PosternError } from '../../base/issuer-errors.ts'
import type { StoredObject } from '../storage/storage-client.ts'
import { CALLBACK_VARIABLES } from './callback-field.ts'

/** What a storage says of an upload. */
export interface CallbackBody {
  readonly bucket: string
  readonly object: StoredObject
  readonly token: string
}

/** A verified body → what it says. Each name must be there once: of two values, nobody could say which one was meant. */
export function parseCallbackBody(bytes: Uint8Array): CallbackBody {
  const text = readUtf8(bytes)
  if (text === undefined) throw malformed('Its body is not UTF-8.')
  const values = new URLSearchParams(text)
  const missing = [...CALLBACK_VARIABLES, 'token'].filter((name) => values.getAll(name).length !== 1)
  if (missing.length > 0) {
    const names = missing.join(', ')
    throw malformed(`Its body must say once each: ${names}. It was not made by a form of this issuer.`)
  }
  const value = (name: string): string => values.get(name) ?? ''
  const etag = value('etag').replaceAll('"', '')
  const object = { key: value('object'), size: readSize(value('size')), type: value('mimeType'), etag }
  return { bucket: value('bucket'), object, token: value('token') }
}

function readSize(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw malformed('Its size is no whole number of bytes.')
}

function malformed(detail: string): PosternError {
  return new PosternError('callback-malformed', detail)
}
