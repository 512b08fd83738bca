import type { ErrorCode } from '../../base/errors.ts'
import { address, type Describe, type Operation, type Paths, piece, query } from './operation.ts'
import { ADMISSION, FILE, SIGNING } from './problems.ts'
import { onStsRoutes, routeParameter } from './route-parameter.ts'
import { integer, ref, text } from './schema.ts'
import { FINISHING, OF_AN_UPLOAD } from './upload-paths.ts'
import { SESSION } from './vendor-paths.ts'

function uppySts(names: readonly string[]): Operation {
  return {
    id: 'getUppyCredentials',
    tag: 'Uppy',
    summary: 'A temporary credential for one folder, as Uppy reads it',
    parameters: [routeParameter(names)],
    answer: ref('UppyCredentials'),
    refusals: SESSION,
  }
}

const UPPY_PARAMS: Operation = {
  id: 'getUppyParameters',
  tag: 'Uppy',
  summary: 'How Uppy sends a file in one piece',
  parameters: [
    query('filename', text("The file's name."), { required: true }),
    query('type', text('What the browser says of the file.')),
    query(
      'metadata',
      { type: 'object', additionalProperties: { type: 'string' } },
      { style: 'deepObject', explode: true },
    ),
  ],
  answer: ref('UppyParams'),
  refusals: [...ADMISSION, ...SIGNING, ...FILE],
}

const UPPY_BEGIN: Operation = {
  id: 'beginUppyUpload',
  tag: 'Uppy',
  summary: 'Begins an upload in parts',
  body: ref('UppyFile'),
  answer: ref('UppyUpload'),
  refusals: [...ADMISSION, ...SIGNING, ...FILE, 'storage-refused'],
}

const UPLOAD_ID = piece('uploadId', text('What /s3/multipart answered as "uploadId".'))
const OF_KEY = query('key', text('The key of the upload; another is refused.'))
const OF_UPPY: readonly ErrorCode[] = [...OF_AN_UPLOAD, 'path-not-found']

const UPPY_UPLOAD: Paths = {
  '/s3/multipart/{uploadId}': {
    get: {
      id: 'listUppyParts',
      tag: 'Uppy',
      summary: 'Which parts the storage has',
      parameters: [UPLOAD_ID, OF_KEY],
      answer: ref('UppyParts'),
      refusals: OF_UPPY,
    },
    delete: {
      id: 'abortUppyUpload',
      tag: 'Uppy',
      summary: 'The upload and its parts are thrown away',
      parameters: [UPLOAD_ID, OF_KEY],
      answer: { type: 'object' },
      refusals: OF_UPPY,
    },
  },
  '/s3/multipart/{uploadId}/batch': {
    get: {
      id: 'signUppyParts',
      tag: 'Uppy',
      summary: 'URLs for several parts',
      parameters: [UPLOAD_ID, OF_KEY, query('partNumbers', text('Numbers with commas: 1,2,3.'), { required: true })],
      answer: ref('UppyBatch'),
      refusals: OF_UPPY,
    },
  },
  '/s3/multipart/{uploadId}/complete': {
    post: {
      id: 'completeUppyUpload',
      tag: 'Uppy',
      summary: 'The parts become the object',
      parameters: [UPLOAD_ID, OF_KEY],
      body: ref('UppyPartList'),
      answer: ref('UppyCompleted'),
      refusals: [...FINISHING, 'path-not-found'],
    },
  },
  '/s3/multipart/{uploadId}/{partNumber}': {
    get: {
      id: 'signUppyPart',
      tag: 'Uppy',
      summary: 'The URL of one part',
      parameters: [UPLOAD_ID, piece('partNumber', integer('Counts from 1.', { minimum: 1 })), OF_KEY],
      answer: ref('UppyPart'),
      refusals: OF_UPPY,
    },
  },
}

export const UPPY_ADDRESSES: readonly (readonly [string, Describe])[] = [
  address('/s3/params', { get: UPPY_PARAMS }),
  ['/s3/sts', (facts) => onStsRoutes(facts, '/s3/sts', uppySts)],
  address('/s3/multipart', { post: UPPY_BEGIN }),
  ['/s3/multipart/*', () => UPPY_UPLOAD],
]
