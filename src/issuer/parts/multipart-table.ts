import type { Work } from '../context.ts'
import type { Endpoint, Methods } from '../handler.ts'
import { abortMultipart, beginMultipart, completeMultipart, listMultipart, signParts } from './multipart-endpoints.ts'

/** Files that are too large for one form, in parts. @see docs/guide/large-files.md */
export function multipartEndpoints(serve: (work: Work) => Endpoint): [string, Methods][] {
  return [
    ['/uploads/multipart', { POST: serve(beginMultipart) }],
    ['/uploads/multipart/parts', { POST: serve(signParts) }],
    ['/uploads/multipart/list', { POST: serve(listMultipart) }],
    ['/uploads/multipart/complete', { POST: serve(completeMultipart) }],
    ['/uploads/multipart/abort', { POST: serve(abortMultipart) }],
  ]
}
