import { createHash } from 'node:crypto'
import { utf8 } from '../../../src/base/bytes.ts'
import { element, readElements, text } from '../../../src/base/xml.ts'
import { curl, curlForm } from './curl.ts'
import type {
  Fetched,
  Headers,
  ListedPage,
  ListQuery,
  ObjectClient,
  Part,
  Properties,
  SignedForm,
} from './object-client.ts'

/** Who makes the URLs and the forms that curl is given. */
export interface Presigner {
  url(request: PresignRequest): Promise<string>
  form(key: string): Promise<SignedForm>
}

export interface PresignRequest {
  readonly method: string
  readonly key?: string
  /** The parameters that choose the operation; a signature of any version covers them. */
  readonly subResources?: Headers
  /** The others: V1 does not cover them. */
  readonly query?: Headers
  readonly headers?: Headers
}

/** curl with a presigned URL for each request. */
export function curlClient(presigner: Presigner): ObjectClient {
  const ask: Ask = async ({ body, ...request }) => {
    const { method, headers = {} } = request
    return expectSuccess(await curl(await presigner.url(request), { method, headers, ...(body && { body }) }))
  }
  return {
    foldsDotSegments: false,
    ...objectCalls(ask),
    ...uploadCalls(ask),
    ...propertyCalls(ask),
    signForm: presigner.form,
    postForm: curlForm,
    presign: (method, key, headers) => presigner.url({ method, key, ...(headers && { headers }) }),
    open: curl,
  }
}

type Ask = (request: PresignRequest & { readonly body?: Uint8Array }) => Promise<Fetched>
type Calls<Name extends keyof ObjectClient> = Pick<ObjectClient, Name>

function objectCalls(
  ask: Ask,
): Calls<'put' | 'get' | 'head' | 'list' | 'listV2' | 'copy' | 'delete' | 'deleteMany' | 'append'> {
  return {
    put: (key, body, properties = {}) => ask({ method: 'PUT', key, headers: headersOf(properties), body }),
    get: (key, headers = {}) => ask({ method: 'GET', key, headers }),
    head: (key) => ask({ method: 'HEAD', key }),
    list: async (query) => pageOf(await ask(listRequest(query, {}, query.after && { marker: query.after }))),
    async listV2(query) {
      const token = query.after && { 'continuation-token': query.after }
      return pageOf(await ask(listRequest(query, token || {}, { 'list-type': '2' })))
    },
    async copy(key, source, meta) {
      const replaced = meta && { 'x-oss-metadata-directive': 'REPLACE', ...metaHeaders(meta) }
      const copySource = `/${source.bucket}/${encodeURIComponent(source.key)}`
      return await ask({ method: 'PUT', key, headers: { 'x-oss-copy-source': copySource, ...replaced } })
    },
    delete: (key) => ask({ method: 'DELETE', key }),
    async deleteMany(keys, quiet) {
      const objects = keys.map((key) => element('Object', element('Key', text(key))))
      const body = utf8(element('Delete', element('Quiet', String(quiet)), ...objects))
      const headers = { 'Content-MD5': createHash('md5').update(body).digest('base64') }
      const answer = await ask({ method: 'POST', subResources: { delete: '' }, headers, body })
      return readAll(answer.content, 'Deleted').map(({ Key }) => Key ?? '')
    },
    append: (key, body, position) =>
      ask({ method: 'POST', key, subResources: { append: '', position: String(position) }, body }),
  }
}

function uploadCalls(
  ask: Ask,
): Calls<'uploadInParts' | 'initiate' | 'uploadPart' | 'listParts' | 'resume' | 'abort' | 'listUploads'> {
  const initiate = async (key: string, properties: Properties = {}) => {
    const answer = await ask({ method: 'POST', key, subResources: { uploads: '' }, headers: headersOf(properties) })
    return readElements(String(answer.content), 'InitiateMultipartUploadResult')?.get('UploadId') ?? ''
  }
  const uploadPart: ObjectClient['uploadPart'] = async ({ key, uploadId }, number, body) => {
    const subResources = { partNumber: String(number), uploadId }
    const { headers } = await ask({ method: 'PUT', key, subResources, body })
    return { number, etag: headers['etag'] ?? '' }
  }
  const resume: ObjectClient['resume'] = async (upload, content, partSize, done) => {
    const parts = [...done]
    for (let number = 1; (number - 1) * partSize < content.length; number++) {
      if (done.some((part) => part.number === number)) continue
      parts.push(await uploadPart(upload, number, content.subarray((number - 1) * partSize, number * partSize)))
    }
    const { key, uploadId } = upload
    return await ask({ method: 'POST', key, subResources: { uploadId }, body: utf8(completion(parts)) })
  }
  return {
    uploadInParts: async (key, content, partSize, properties) =>
      await resume({ key, uploadId: await initiate(key, properties) }, content, partSize, []),
    initiate,
    uploadPart,
    async listParts({ key, uploadId }) {
      const { content } = await ask({ method: 'GET', key, subResources: { uploadId } })
      return readAll(content, 'Part').map(({ PartNumber, ETag = '' }) => ({ number: Number(PartNumber), etag: ETag }))
    },
    resume,
    abort: ({ key, uploadId }) => ask({ method: 'DELETE', key, subResources: { uploadId } }),
    async listUploads(prefix) {
      const answer = await ask({ method: 'GET', subResources: { uploads: '' }, query: { prefix } })
      return readAll(answer.content, 'Upload').map(({ UploadId = '' }) => UploadId)
    },
  }
}

function propertyCalls(
  ask: Ask,
): Calls<'putTags' | 'getTags' | 'deleteTags' | 'putAcl' | 'getAcl' | 'putSymlink' | 'getSymlink'> {
  const [acl, symlink, tagging] = [{ acl: '' }, { symlink: '' }, { tagging: '' }]
  return {
    async putTags(key, tags) {
      const set = Object.entries(tags).map(([name, value]) =>
        element('Tag', element('Key', text(name)), element('Value', text(value))),
      )
      const body = utf8(element('Tagging', element('TagSet', ...set)))
      return await ask({ method: 'PUT', key, subResources: tagging, body })
    },
    async getTags(key) {
      const { content } = await ask({ method: 'GET', key, subResources: tagging })
      return Object.fromEntries(readAll(content, 'Tag').map(({ Key = '', Value = '' }) => [Key, Value]))
    },
    deleteTags: (key) => ask({ method: 'DELETE', key, subResources: tagging }),
    putAcl: (key, value) => ask({ method: 'PUT', key, subResources: acl, headers: { 'x-oss-object-acl': value } }),
    async getAcl(key) {
      const answer = await ask({ method: 'GET', key, subResources: acl })
      return /<Grant>(.*)<\/Grant>/.exec(String(answer.content))?.[1] ?? ''
    },
    putSymlink: (key, target) =>
      ask({
        method: 'PUT',
        key,
        subResources: symlink,
        headers: { 'x-oss-symlink-target': encodeURIComponent(target) },
      }),
    async getSymlink(key) {
      const { headers } = await ask({ method: 'GET', key, subResources: symlink })
      return decodeURIComponent(headers['x-oss-symlink-target'] ?? '')
    },
  }
}

function listRequest(
  { prefix, delimiter, maxKeys }: ListQuery,
  subResources: Headers,
  more: Headers | '' | undefined,
): PresignRequest {
  const asked = { prefix, 'max-keys': String(maxKeys), 'encoding-type': 'url', ...(delimiter && { delimiter }) }
  return { method: 'GET', subResources, query: { ...asked, ...more } }
}

function headersOf({ type, meta = {}, headers = {} }: Properties): Headers {
  return { ...headers, ...metaHeaders(meta), ...(type && { 'Content-Type': type }) }
}

function metaHeaders(meta: Headers): Headers {
  return Object.fromEntries(Object.entries(meta).map(([name, value]) => [`x-oss-meta-${name}`, value]))
}

function completion(parts: readonly Part[]): string {
  const listed = parts.map(({ number, etag }) =>
    element('Part', element('PartNumber', String(number)), element('ETag', text(etag))),
  )
  return element('CompleteMultipartUpload', ...listed)
}

/** Rejects as the SDKs do. On HEAD there is no body, and the error is in a header. */
function expectSuccess(answer: Fetched): Fetched {
  const { status, headers, content } = answer
  if (status < 400) return answer
  const xml = content.length > 0 ? String(content) : Buffer.from(headers['x-oss-err'] ?? '', 'base64').toString()
  const error = readElements(xml, 'Error')
  throw Object.assign(new Error(error?.get('Message') ?? `${status} ${xml}`), { status, code: error?.get('Code') })
}

/** `encoding-type=url` was asked for: names come percent-encoded. */
function pageOf({ content }: Fetched): ListedPage {
  const xml = String(content)
  const marker = /<NextMarker>(.*)<\/NextMarker>/.exec(xml)?.[1]
  const token = /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(xml)?.[1]
  return {
    keys: readAll(content, 'Contents').map(({ Key = '' }) => decodeURIComponent(Key)),
    prefixes: readAll(content, 'CommonPrefixes').map(({ Prefix = '' }) => decodeURIComponent(Prefix)),
    next: marker === undefined ? token : decodeURIComponent(marker),
  }
}

/** Every element of this name, and the texts in it. */
function readAll(xml: Uint8Array, name: string): Headers[] {
  const found = String(xml).matchAll(new RegExp(`<${name}>.*?</${name}>`, 'gs'))
  return [...found].map(([text]) => Object.fromEntries(readElements(text, name) ?? []))
}
