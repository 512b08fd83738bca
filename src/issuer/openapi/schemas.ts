import type { AnswerShape } from '../signature-answer.ts'
import type { IssuerFacts } from './facts.ts'
import { PROBLEM } from './problems.ts'
import { instant, integer, list, object, ref, request, type Schema, text, texts } from './schema.ts'

const TOKEN = text('Names this upload to the issuer. Whoever holds it can report the upload, and change nothing of it.')
const KEY = text("The object's key.")
const OBJECT_URL = text("The object's address; public only if the bucket is.", { format: 'uri' })
const MAX_SIZE = integer('Bytes that are allowed at most.', { minimum: 0 })
const HEADERS = texts('Headers to send, as they are.')

const FORM = {
  method: { const: 'POST' },
  url: text('Where to post to; ends in "/".', { format: 'uri' }),
  fields: texts('Fields to send, in this order; then the file, last, as "file".'),
  key: KEY,
  expiresAt: instant('Until when the form is good.'),
  'maxSize?': MAX_SIZE,
  token: TOKEN,
}
const PUT = {
  method: { const: 'PUT' },
  url: text('Where to put the file.', { format: 'uri' }),
  headers: HEADERS,
  key: KEY,
  expiresAt: instant('Until when the URL is good.'),
  'maxSize?': MAX_SIZE,
  token: TOKEN,
}

/** A route by its name. */
export function routeName(names: readonly string[]): Schema {
  return text('Which rules count.', { enum: names, ...(names.includes('default') && { default: 'default' }) })
}

/** `components.schemas`: what the operations speak of. */
export function schemasOf({ routes, takesForms, hasWebhook }: IssuerFacts): Readonly<Record<string, Schema>> {
  return {
    ...uploads(
      routes.map(({ name }) => name),
      takesForms,
    ),
    ...multipart(),
    ...uppy(takesForms),
    ...(routes.some(({ sts }) => sts) && sessions()),
    ...(hasWebhook && { Webhook: WEBHOOK }),
    Problem: PROBLEM,
  }
}

function uploads(names: readonly string[], takesForms: boolean): Record<string, Schema> {
  const file = {
    filename: text("The file's name. Data, never a path.", { minLength: 1, maxLength: 1024 }),
    size: integer('Bytes.', { minimum: 0 }),
    type: text('What the browser says of the file; empty where it knows none.', { maxLength: 255 }),
    'meta?': texts('Metadata to keep with the object. Names of a-z, 0-9 and "-", values of printable ASCII.'),
  }
  const route = { [names.includes('default') ? 'route?' : 'route']: routeName(names) }
  const form = ref(takesForms ? 'UploadForm' : 'UploadPut')
  return {
    File: request({ ...file, ...route }),
    LargeFile: request({
      ...file,
      ...route,
      'partSize?': { type: 'number', description: 'Bytes of a part, as a wish: the nearest that is allowed is taken.' },
    }),
    Files: request({ files: list(request(file), { minItems: 1, maxItems: 100 }), ...route }),
    ...(takesForms ? { UploadForm: object(FORM) } : { UploadPut: object(PUT) }),
    Uploads: object({
      uploads: list(
        { oneOf: [form, ref('Problem')] },
        { description: 'One for each file, in their order: a problem has a "code", what is to be sent a "method".' },
      ),
    }),
    UploadRules: UPLOAD_RULES,
    Token: request({ token: TOKEN }),
    Completed: COMPLETED,
    ApplicationAnswer: {
      description: "What the application answers to the upload; else the upload's id, key, size, type and etag.",
    },
  }
}

const COMPLETED: Schema = object({
  id: text('Names this upload, however often it is reported.'),
  key: KEY,
  url: OBJECT_URL,
  size: integer('Bytes.', { minimum: 0 }),
  type: text("The object's type."),
  etag: text('Opaque.'),
  'crc64?': text('CRC-64/XZ of the content as a decimal number, where the storage says it.', {
    pattern: '^\\d{1,20}$',
  }),
  'answer?': { description: 'What the application said of the upload; absent where it said nothing.' },
})

const UPLOAD_RULES: Schema = object({
  route: text('Whose rules they are.'),
  minSize: integer('Bytes that are needed at least.', { minimum: 0 }),
  maxSize: integer('Bytes that are allowed at most, in parts.', { minimum: 0 }),
  maxFormSize: integer('Bytes that are allowed at most, in one piece.', { minimum: 0 }),
  'types?': list(text('"image/png", or "image/*" for all of a kind but those that a browser runs.'), {
    description: 'Types that may be uploaded; absent: all but those that a browser runs.',
  }),
  expiresInSeconds: integer('How long a form is good.', { minimum: 1 }),
  parts: { type: 'boolean', description: 'Whether a file may come in parts.' },
  callback: { type: 'boolean', description: 'Whether the storage reports uploads by form.' },
  'meta?': {
    description: 'Which metadata may be sent along: none, or these. Absent: any.',
    oneOf: [
      { const: false },
      {
        type: 'object',
        additionalProperties: object({
          required: { type: 'boolean' },
          maxLength: integer('Characters.', { minimum: 1 }),
          'pattern?': text('A regular expression that the whole value matches.'),
          'values?': list(text('One of the values that there are.')),
        }),
      },
    ],
  },
})

const PLAN = {
  partSize: integer('Bytes of each part but the last.', { minimum: 1 }),
  parts: integer('How many parts there are.', { minimum: 1 }),
}

function multipart(): Record<string, Schema> {
  const partNumber = integer('Counts from 1.', { minimum: 1, maximum: 10_000 })
  const size = integer('Bytes.', { minimum: 0 })
  return {
    MultipartUpload: object({
      token: TOKEN,
      key: KEY,
      url: OBJECT_URL,
      ...PLAN,
      expiresAt: instant('Until when the token is good.'),
    }),
    PartNumbers: request({
      token: TOKEN,
      partNumbers: list(partNumber, { minItems: 1, maxItems: 100 }),
    }),
    SignedParts: object({
      parts: list(
        object({
          partNumber,
          start: integer('The first byte of the part in the file.', { minimum: 0 }),
          size,
          method: { const: 'PUT' },
          url: text('Where to put the part.', { format: 'uri' }),
          headers: HEADERS,
          expiresAt: instant('Until when the URL is good.'),
        }),
      ),
    }),
    StoredParts: object({
      ...PLAN,
      stored: list(object({ partNumber, size }), { description: 'What the storage has.' }),
    }),
    Aborted: object({ aborted: KEY }),
  }
}

const CREDENTIAL = {
  bucket: text('Where it may put objects.'),
  'region?': text('The region of the bucket.'),
  dir: text('What keys must begin with.'),
}

function sessions(): Record<string, Schema> {
  return {
    StsToken: object({
      AccessKeyId: text('Temporary.'),
      AccessKeySecret: text('Secret: it is for the page that asked.'),
      SecurityToken: text('Goes along with every request.'),
      Expiration: instant('Until when it is good.'),
      ...CREDENTIAL,
    }),
    UppyCredentials: object({
      credentials: object({
        AccessKeyId: text('Temporary.'),
        SecretAccessKey: text('Secret: it is for the page that asked.'),
        SessionToken: text('Goes along with every request.'),
        Expiration: instant('Until when it is good.'),
      }),
      ...CREDENTIAL,
    }),
  }
}

function uppy(takesForms: boolean): Record<string, Schema> {
  const fields = texts('The key, where Uppy looks for it.')
  return {
    UppyParams: takesForms ? ref('UploadForm') : object({ ...PUT, fields }),
    UppyFile: request({
      filename: text("The file's name.", { minLength: 1, maxLength: 1024 }),
      'type?': { type: ['string', 'null'], description: 'What the browser says of the file.' },
      'metadata?': texts(
        'What the page has set; "route" and "size" are for the issuer, the rest is kept with the object.',
      ),
    }),
    UppyUpload: object({ key: KEY, uploadId: TOKEN, bucket: text('Where the object goes.') }),
    UppyPart: object({
      method: { const: 'PUT' },
      url: text('Where to put the part.', { format: 'uri' }),
      headers: HEADERS,
      expires: integer('Seconds that the URL lives.', { minimum: 1 }),
    }),
    UppyParts: list(object({ PartNumber: integer('Counts from 1.'), Size: integer('Bytes.'), ETag: text('Opaque.') })),
    UppyBatch: object({ presignedUrls: texts('URLs by the number of their part.') }),
    UppyPartList: request({
      parts: list(object({ PartNumber: integer('Counts from 1.', { minimum: 1, maximum: 10_000 }) }), {
        minItems: 1,
        maxItems: 10_000,
      }),
    }),
    UppyCompleted: object({
      location: text('Where the object is.', { format: 'uri' }),
      bucket: text('Where the object is.'),
      key: KEY,
      answer: ref('ApplicationAnswer'),
    }),
  }
}

const POLICY = text('The policy, Base64.')
const HOST = text('Where to post to, without a "/" at the end.')
const DIR = text('What the front end puts before the file name.')
const SIGNATURE = text('The signature of the policy.')
const CALLBACK = text('Whom the storage tells of the object, Base64.')
const ID = text('The access key id.')

/** `GET /get_post_signature_for_oss_upload`, for one kind of front end. @see docs/spec/direct-upload-server.md section 1.2 */
export function vendorAnswer(shape: AnswerShape): Schema {
  const expire = integer('Unix seconds.')
  const v1 = { policy: POLICY, ossAccessKeyId: ID, signature: SIGNATURE, host: HOST, dir: DIR, 'callback?': CALLBACK }
  switch (shape) {
    case 'v1':
      return object(v1, { title: shape })
    case 'v1-expire':
      return object({ ...v1, expire }, { title: shape })
    case 'accessid':
      return object(
        { accessid: ID, host: HOST, policy: POLICY, signature: SIGNATURE, expire, dir: DIR, 'callback?': CALLBACK },
        { title: shape },
      )
    case 'pascal':
      return object(
        { Accessid: ID, Policy: POLICY, Signature: SIGNATURE, Dir: DIR, Host: HOST, Expire: text('Unix seconds.') },
        { title: shape },
      )
    case 'v4':
      return object(
        {
          policy: POLICY,
          x_oss_signature_version: { const: 'OSS4-HMAC-SHA256' },
          version: { const: 'OSS4-HMAC-SHA256' },
          x_oss_credential: text('The access key id and the scope.'),
          x_oss_date: text('When it was signed.', { pattern: '^\\d{8}T\\d{6}Z$' }),
          signature: SIGNATURE,
          security_token: text('Of a temporary credential; else empty.'),
          host: HOST,
          dir: DIR,
          'callback?': CALLBACK,
        },
        { title: shape },
      )
  }
}

/** What an application in another language is sent. @see docs/guide/completion.md */
const WEBHOOK: Schema = object({
  type: { const: 'upload.completed' },
  timestamp: instant('When it was reported first.'),
  data: object({
    id: text('The same however often it is sent.'),
    route: text('The route that the form was of.'),
    bucket: text('Where the object is.'),
    key: KEY,
    size: integer('Bytes.', { minimum: 0 }),
    type: text("The object's type."),
    etag: text('Opaque.'),
    user: text('Who asked for the form.'),
    'variables?': texts('Those of the route.'),
  }),
})
