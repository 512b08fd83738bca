import type { ErrorCode } from '../../base/errors.ts'
import type { IssuerFacts } from './facts.ts'
import { type Operation, type PathItem, piece, query, textAnswer } from './operation.ts'
import { ADMISSION, ENDING, FILE, SIGNING, TOKEN } from './problems.ts'
import { integer, ref, type Schema, text } from './schema.ts'
import { routeName, vendorAnswer } from './schemas.ts'

/** Paths as OpenAPI writes them. */
export type Paths = Readonly<Record<string, PathItem>>

/** What stands behind each address of the table of endpoints; nothing, where no route of this issuer answers there. */
type Describe = (facts: IssuerFacts) => Paths
export const ADDRESSES: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  ['/uploads', (facts) => ({ '/uploads': { post: uploads(facts) } })],
  ['/uploads/complete', () => ({ '/uploads/complete': { post: COMPLETE } })],
  ['/uploads/multipart', () => ({ '/uploads/multipart': { post: BEGIN } })],
  ['/uploads/multipart/parts', () => ({ '/uploads/multipart/parts': { post: PARTS } })],
  ['/uploads/multipart/list', () => ({ '/uploads/multipart/list': { post: LIST } })],
  ['/uploads/multipart/complete', () => ({ '/uploads/multipart/complete': { post: FINISH } })],
  ['/uploads/multipart/abort', () => ({ '/uploads/multipart/abort': { post: ABORT } })],
  ['/get_post_signature_for_oss_upload', signature],
  ['/get_sts_token_for_oss_upload', (facts) => onStsRoutes(facts, '/get_sts_token_for_oss_upload', stsToken)],
  [
    '/get_presigned_url_for_oss_upload',
    (facts) => ({ '/get_presigned_url_for_oss_upload': { get: presigned(facts) } }),
  ],
  ['/s3/params', () => ({ '/s3/params': { get: UPPY_PARAMS } })],
  ['/s3/sts', (facts) => onStsRoutes(facts, '/s3/sts', uppySts)],
  ['/s3/multipart', () => ({ '/s3/multipart': { post: UPPY_BEGIN } })],
  ['/s3/multipart/*', () => UPPY_UPLOAD],
  ['/callback', () => ({ '/callback': { post: CALLBACK } })],
  ['/healthz', () => ({ '/healthz': { get: HEALTHZ } })],
  ['/metrics', (facts) => ({ '/metrics': { get: metrics(facts) } })],
  ['/openapi.json', () => ({ '/openapi.json': { get: OPENAPI } })],
  ['/', () => ({ '/': { get: pageFile('page', 'text/html', 'The upload page.') } })],
  ['/page.js', () => ({ '/page.js': { get: pageFile('pageScript', 'text/javascript', 'The script of the page.') } })],
  ['/page.css', () => ({ '/page.css': { get: pageFile('pageStyle', 'text/css', 'The style of the page.') } })],
])

function uploads({ takesForms }: IssuerFacts): Operation {
  return {
    id: 'upload',
    tag: 'Uploads',
    summary: takesForms ? 'A form that uploads one file' : 'A URL that uploads one file',
    body: ref('File'),
    answer: ref(takesForms ? 'UploadForm' : 'UploadPut'),
    refusals: [...ADMISSION, ...SIGNING, ...FILE],
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

const OF_AN_UPLOAD = [...ADMISSION, ...SIGNING, ...TOKEN, 'upload-gone', 'storage-refused'] as const

const BEGIN: Operation = {
  id: 'beginMultipartUpload',
  tag: 'Large files',
  summary: 'Begins an upload in parts',
  body: ref('File'),
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

const FINISHING = [...OF_AN_UPLOAD, ...ENDING, 'upload-incomplete', 'file-too-large', 'file-too-small'] as const

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

/** Nothing, where no route has such an answer. */
function signature({ routes }: IssuerFacts): Paths {
  const answering = routes.filter(({ answer }) => answer !== undefined)
  const shapes = [...new Set(answering.flatMap(({ answer }) => answer ?? []))]
  if (shapes.length === 0) return {}
  const [only] = shapes
  const answer = shapes.length === 1 && only !== undefined ? vendorAnswer(only) : { anyOf: shapes.map(vendorAnswer) }
  const get: Operation = {
    id: 'getPostSignature',
    tag: 'Existing front ends',
    summary: 'The parts of a form, as front ends of the vendor read them',
    parameters: [routeParameter(answering.map(({ name }) => name))],
    answer,
    ...(shapes.includes('v1-expire') && { headers: EXPIRE_HEADER }),
    refusals: [...ADMISSION, ...SIGNING, 'path-not-found'],
  }
  return { '/get_post_signature_for_oss_upload': { get } }
}

const EXPIRE_HEADER = {
  expire: { description: 'Until when, where the answer is v1-expire.', schema: { type: 'string' } },
}

function presigned({ routes }: IssuerFacts): Operation {
  const alias = (name: string) => query(name, text(`Another name of it that front ends use.`), { deprecated: true })
  return {
    id: 'getPresignedUrl',
    tag: 'Existing front ends',
    summary: 'The URL of one PUT, as text',
    description:
      'The file must be sent with the Content-Type that was named. "filename" and "type" are needed, by one of their names.',
    parameters: [
      query('filename', text("The file's name.")),
      alias('fileName'),
      query('type', text('The Content-Type that will be sent.')),
      alias('fileType'),
      query('size', integer('Bytes; signed where the scheme can.', { minimum: 0 })),
      routeParameter(routes.map(({ name }) => name)),
    ],
    answer: textAnswer('text/plain', text('The URL.', { format: 'uri' })),
    refusals: [...ADMISSION, ...SIGNING, ...FILE, 'path-not-found'],
  }
}

const SESSION = [...ADMISSION, ...SIGNING, 'path-not-found', 'storage-refused'] as const satisfies readonly ErrorCode[]

function stsToken(names: readonly string[]): Operation {
  return {
    id: 'getStsToken',
    tag: 'Existing front ends',
    summary: 'A temporary credential for one folder',
    parameters: [routeParameter(names)],
    answer: ref('StsToken'),
    refusals: SESSION,
  }
}

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

/** Nothing, where no route hands out temporary credentials. */
function onStsRoutes({ routes }: IssuerFacts, path: string, operation: (names: readonly string[]) => Operation): Paths {
  const names = routes.filter(({ sts }) => sts).map(({ name }) => name)
  return names.length === 0 ? {} : { [path]: { get: operation(names) } }
}

function routeParameter(names: readonly string[]): object {
  return query('route', routeName(names), names.includes('default') ? {} : { required: true })
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

const CALLBACK: Operation = {
  id: 'callback',
  tag: 'Service',
  summary: 'The storage tells of an upload',
  description: 'For the storage alone: signed by it, with a body that the form said.',
  isOpen: true,
  parameters: ['authorization', 'x-oss-pub-key-url'].map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
  })),
  answer: ref('Completed'),
  refusals: [
    ...ENDING,
    'callback-malformed',
    'callback-unverified',
    'callback-key-unreachable',
    'upload-token-invalid',
    'upload-token-expired',
    'internal-error',
  ],
}

const HEALTHZ: Operation = {
  id: 'healthz',
  tag: 'Service',
  summary: 'Alive, and able to answer',
  isOpen: true,
  answer: textAnswer('text/plain', { const: 'ok\n' }),
  refusals: [],
}

function metrics({ metricsNeedToken }: IssuerFacts): Operation {
  return {
    id: 'metrics',
    tag: 'Service',
    summary: 'Figures for Prometheus',
    ...(metricsNeedToken ? {} : { isOpen: true }),
    answer: textAnswer('text/plain', { type: 'string' }),
    refusals: metricsNeedToken ? ['caller-unknown'] : [],
  }
}

const OPENAPI: Operation = {
  id: 'openapi',
  tag: 'Service',
  summary: 'This description',
  isOpen: true,
  answer: { type: 'object' },
  refusals: [],
}

function pageFile(id: string, type: string, summary: string): Operation {
  const schema: Schema = { type: 'string' }
  return {
    id,
    tag: 'Service',
    summary: summary.replace(/\.$/, ''),
    isOpen: true,
    answer: textAnswer(type, schema),
    refusals: [],
  }
}
