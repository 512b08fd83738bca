import type { IssuerFacts } from './facts.ts'
import { address, type Describe, type Operation } from './operation.ts'
import { ADMISSION, ENDING, FILE, SIGNING, TOKEN } from './problems.ts'
import { routeParameter } from './route-parameter.ts'
import { ref } from './schema.ts'

function uploads({ takesForms }: IssuerFacts): Operation {
  return {
    id: 'upload',
    tag: 'Uploads',
    summary: takesForms
      ? 'A form that uploads one file, or one for each of several'
      : 'A URL that uploads one file, or one for each of several',
    description:
      'A file that is refused fails no other of the same request: its problem stands in its place. Each file counts as if it had come alone.',
    body: { oneOf: [ref('File'), ref('Files')] },
    answer: { oneOf: [ref(takesForms ? 'UploadForm' : 'UploadPut'), ref('Uploads')] },
    refusals: [...ADMISSION, ...SIGNING, ...FILE],
  }
}

function rules({ routes }: IssuerFacts): Operation {
  return {
    id: 'getUploadRules',
    tag: 'Uploads',
    summary: 'What may be uploaded, before a file is chosen',
    description: 'It counts as no upload. The issuer judges each file all the same.',
    parameters: [routeParameter(routes.map(({ name }) => name))],
    answer: ref('UploadRules'),
    refusals: ADMISSION,
  }
}

const COMPLETE: Operation = {
  id: 'completeUpload',
  tag: 'Uploads',
  summary: 'Tells of an upload that was sent',
  description: 'The storage is asked what it has; the application hears of it once, however often this is called.',
  body: ref('Token'),
  answer: ref('Completed'),
  refusals: [...ADMISSION, ...TOKEN, ...ENDING],
}

/** Whatever a token of an upload is shown to. */
export const OF_AN_UPLOAD = [...ADMISSION, ...SIGNING, ...TOKEN, 'upload-gone', 'storage-refused'] as const

const BEGIN: Operation = {
  id: 'beginMultipartUpload',
  tag: 'Large files',
  summary: 'Begins an upload in parts',
  body: ref('LargeFile'),
  answer: ref('MultipartUpload'),
  refusals: [...ADMISSION, ...SIGNING, ...FILE, 'storage-refused'],
}

const PARTS: Operation = {
  id: 'signParts',
  tag: 'Large files',
  summary: 'URLs for some of the parts, just in time',
  body: ref('PartNumbers'),
  answer: ref('SignedParts'),
  refusals: OF_AN_UPLOAD,
}

const LIST: Operation = {
  id: 'listParts',
  tag: 'Large files',
  summary: 'Which parts the storage has, to go on after a break',
  body: ref('Token'),
  answer: ref('StoredParts'),
  refusals: OF_AN_UPLOAD,
}

/** Whatever makes the object out of parts. */
export const FINISHING = [...OF_AN_UPLOAD, ...ENDING, 'upload-incomplete', 'file-too-large', 'file-too-small'] as const

const FINISH: Operation = {
  id: 'completeMultipartUpload',
  tag: 'Large files',
  summary: 'The parts become the object',
  description: 'The issuer lists the parts itself, so nobody needs their ETags.',
  body: ref('Token'),
  answer: ref('Completed'),
  refusals: FINISHING,
}

const ABORT: Operation = {
  id: 'abortMultipartUpload',
  tag: 'Large files',
  summary: 'The upload and its parts are thrown away',
  body: ref('Token'),
  answer: ref('Aborted'),
  refusals: OF_AN_UPLOAD,
}

export const UPLOAD_ADDRESSES: readonly (readonly [string, Describe])[] = [
  ['/uploads', (facts) => ({ '/uploads': { get: rules(facts), post: uploads(facts) } })],
  address('/uploads/complete', { post: COMPLETE }),
  address('/uploads/multipart', { post: BEGIN }),
  address('/uploads/multipart/parts', { post: PARTS }),
  address('/uploads/multipart/list', { post: LIST }),
  address('/uploads/multipart/complete', { post: FINISH }),
  address('/uploads/multipart/abort', { post: ABORT }),
]
