import type OSS from 'ali-oss'
import type { Credential } from '../../../src/sign/signer.ts'
import { aliOssForm, type SignPolicy, signPostObjectPolicyV4 } from './ali-oss-form.ts'
import type { Answered, Headers, ListedPage, ObjectClient, Part, Properties, Upload } from './object-client.ts'

type PutOptions = NonNullable<Parameters<OSS['put']>[2]>
type Checkpoint = NonNullable<Parameters<OSS['multipartUpload']>[2]['checkpoint']>

export type Version = 'V1' | 'V4'

/** An ali-oss, and what is to be known of it. */
export interface AliOss {
  readonly oss: OSS
  readonly version: Version
  readonly credential: Credential
  /** Where its forms are posted to. */
  readonly bucketUrl: string
  readonly signPolicyV1: SignPolicy
}

/** ali-oss's calls; what it has beside them differs between Node and a page. */
export function aliOssClient(
  { oss, version, credential, bucketUrl, signPolicyV1 }: AliOss,
  surroundings: Pick<ObjectClient, 'open' | 'postForm'>,
): ObjectClient {
  const signPolicy = version === 'V1' ? signPolicyV1 : signPostObjectPolicyV4(oss)
  return {
    foldsDotSegments: true,
    ...surroundings,
    ...objectCalls(oss),
    ...uploadCalls(oss),
    ...propertyCalls(oss),
    signForm: async (key) => ({ url: bucketUrl, fields: await aliOssForm(signPolicy, version, credential, key) }),
    presign: async (method, key, headers = {}) =>
      version === 'V1'
        ? await oss.signatureUrl(key, { method, expires: 60, ...headers })
        : await oss.signatureUrlV4(method, 60, { headers }, key),
  }
}

type Calls<Name extends keyof ObjectClient> = Pick<ObjectClient, Name>

function objectCalls(
  oss: OSS,
): Calls<'put' | 'get' | 'head' | 'list' | 'listV2' | 'copy' | 'delete' | 'deleteMany' | 'append'> {
  return {
    put: async (key, content, properties = {}) => answered(await oss.put(key, buffer(content), optionsOf(properties))),
    async get(key, headers = {}) {
      const { content, ...result } = await oss.get(key, { headers })
      return { ...answered(result), content }
    },
    head: async (key) => answered(await oss.head(key)),
    async list({ prefix, delimiter, maxKeys, after }) {
      const query = { prefix, 'max-keys': maxKeys, ...(delimiter && { delimiter }), ...(after && { marker: after }) }
      const { objects, prefixes, nextMarker } = await oss.list(query)
      return pageOf(objects, prefixes, nextMarker)
    },
    async listV2({ prefix, delimiter, maxKeys, after }) {
      const token = after && { 'continuation-token': after }
      const query = { prefix, 'max-keys': maxKeys, ...(delimiter && { delimiter }), ...token }
      const { objects, prefixes, nextContinuationToken } = await oss.listV2(query)
      return pageOf(objects, prefixes, nextContinuationToken)
    },
    copy: async (key, source, meta) =>
      answered(await oss.copy(key, source.key, source.bucket, { ...(meta && { meta }) })),
    delete: async (key) => answered(await oss.delete(key)),
    deleteMany: async (keys, quiet) => (await oss.deleteMulti(keys, { quiet })).deleted.map(({ Key }) => Key),
    append: async (key, content, position) => answered(await oss.append(key, buffer(content), { position })),
  }
}

function uploadCalls(
  oss: OSS,
): Calls<'uploadInParts' | 'initiate' | 'uploadPart' | 'listParts' | 'resume' | 'abort' | 'listUploads'> {
  return {
    uploadInParts: async (key, content, partSize, properties) =>
      answered(await oss.multipartUpload(key, buffer(content), { partSize, ...optionsOf(properties) })),
    initiate: async (key) => (await oss.initMultipartUpload(key)).uploadId,
    async uploadPart({ key, uploadId }, number, content) {
      const { etag } = await oss.uploadPart(key, uploadId, number, buffer(content), 0, content.length)
      return { number, etag }
    },
    async listParts({ key, uploadId }) {
      const { parts } = await oss.listParts(key, uploadId)
      return [parts].flat().map(({ PartNumber, ETag }) => ({ number: Number(PartNumber), etag: ETag }))
    },
    async resume(upload, content, partSize, done) {
      const checkpoint = checkpointOf(upload, buffer(content), partSize, done)
      return answered(await oss.multipartUpload(upload.key, checkpoint.file, { checkpoint }))
    },
    abort: async ({ key, uploadId }) => answered(await oss.abortMultipartUpload(key, uploadId)),
    async listUploads(prefix) {
      const { uploads } = await oss.listUploads({ prefix, 'max-uploads': 100 })
      return uploads.map(({ uploadId }) => uploadId)
    },
  }
}

function propertyCalls(
  oss: OSS,
): Calls<'putTags' | 'getTags' | 'deleteTags' | 'putAcl' | 'getAcl' | 'putSymlink' | 'getSymlink'> {
  return {
    putTags: async (key, tags) => answered(await oss.putObjectTagging(key, tags)),
    getTags: async (key) => (await oss.getObjectTagging(key)).tag,
    deleteTags: async (key) => answered(await oss.deleteObjectTagging(key)),
    putAcl: async (key, acl) => answered(await oss.putACL(key, acl)),
    getAcl: async (key) => (await oss.getACL(key)).acl,
    putSymlink: async (key, target) => answered(await oss.putSymlink(key, target)),
    getSymlink: async (key) => (await oss.getSymlink(key)).targetName,
  }
}

function buffer(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength)
}

function optionsOf({ type, meta, headers }: Properties): PutOptions {
  return { ...(type && { mime: type }), ...(meta && { meta }), ...(headers && { headers: { ...headers } }) }
}

function answered({ res }: { readonly res: { readonly status: number; readonly headers: Headers } }): Answered {
  return { status: res.status, headers: res.headers }
}

function pageOf(
  objects: readonly { readonly name: string }[],
  prefixes: readonly string[] | null,
  next: string | null,
): ListedPage {
  return { keys: objects.map(({ name }) => name), prefixes: prefixes ?? [], next: next ?? undefined }
}

/** What ali-oss lets an application keep, so that it can resume after a restart. */
function checkpointOf({ key, uploadId }: Upload, file: Buffer, partSize: number, done: readonly Part[]): Checkpoint {
  return { file, name: key, fileSize: file.length, partSize, uploadId, doneParts: [...done] }
}
