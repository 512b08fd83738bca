/** The part of ali-oss 6.23 that tests and benchmarks use; the package has no types of its own. */
declare module 'ali-oss' {
  import type { Agent } from 'node:http'
  import type { Readable } from 'node:stream'

  interface Options {
    readonly accessKeyId: string
    readonly accessKeySecret: string
    readonly stsToken?: string
    readonly bucket: string
    readonly region: string
    readonly endpoint?: string
    readonly sldEnable?: boolean
    readonly cname?: boolean
    readonly secure?: boolean
    readonly authorizationV4?: boolean
    readonly agent?: Agent
  }

  type Pairs = Readonly<Record<string, string | null>>

  interface UrlOptions {
    readonly method?: string
    /** In seconds. */
    readonly expires?: number
    readonly 'Content-Type'?: string
    readonly process?: string
    readonly response?: Readonly<Record<string, string>>
    readonly subResource?: Readonly<Record<string, string>>
    /** Headers that the request will carry: `Content-Type`, `Content-MD5`, `x-oss-…`. */
    readonly [header: string]: unknown
  }

  interface PutOptions {
    readonly mime?: string
    readonly meta?: Readonly<Record<string, string>>
    readonly headers?: Readonly<Record<string, string>>
    readonly callback?: Callback
  }

  interface Callback {
    readonly url: string
    readonly body: string
    readonly contentType?: string
    readonly customValue?: Readonly<Record<string, string>>
  }

  interface Answered {
    readonly res: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  }

  interface CorsRule {
    readonly allowedOrigin: string | readonly string[]
    readonly allowedMethod: string | readonly string[]
    readonly allowedHeader?: string | readonly string[]
    readonly exposeHeader?: string | readonly string[]
    readonly maxAgeSeconds?: string
  }

  interface ListQuery {
    readonly prefix?: string
    readonly delimiter?: string
    readonly marker?: string
    readonly 'continuation-token'?: string
    readonly 'max-keys'?: number
  }

  interface Listed {
    readonly objects: readonly { readonly name: string }[]
    readonly prefixes: readonly string[] | null
  }

  interface Part {
    readonly PartNumber: string
    readonly ETag: string
  }

  interface Checkpoint {
    readonly file: Buffer
    readonly name: string
    readonly fileSize: number
    readonly partSize: number
    readonly uploadId: string
    readonly doneParts: { readonly number: number; readonly etag: string }[]
  }

  interface MultipartOptions extends PutOptions {
    readonly partSize?: number
    readonly checkpoint?: Checkpoint
  }

  interface Assumed {
    readonly credentials: {
      readonly AccessKeyId: string
      readonly AccessKeySecret: string
      readonly SecurityToken: string
      readonly Expiration: string
    }
  }

  class STS {
    constructor(options: {
      readonly accessKeyId: string
      readonly accessKeySecret: string
      readonly endpoint?: string
    })
    assumeRole(
      roleArn: string,
      policy?: string | object,
      expirationSeconds?: number,
      sessionName?: string,
    ): Promise<Assumed>
  }

  class OSS {
    static readonly STS: typeof STS
    constructor(options: Options)
    put(name: string, content: Buffer, options?: PutOptions): Promise<Answered>
    putStream(name: string, content: Readable, options?: PutOptions): Promise<Answered>
    get(name: string, options?: { headers?: Pairs }): Promise<Answered & { content: Buffer }>
    head(name: string): Promise<Answered & { status: number; meta: Pairs | null }>
    delete(name: string): Promise<Answered>
    deleteMulti(
      names: readonly string[],
      options?: { readonly quiet?: boolean },
    ): Promise<Answered & { deleted: readonly { readonly Key: string }[] }>
    copy(
      name: string,
      sourceName: string,
      sourceBucket: string,
      options?: { readonly meta?: Readonly<Record<string, string>> },
    ): Promise<Answered>
    append(name: string, content: Buffer, options: { readonly position: number }): Promise<Answered>
    list(query: ListQuery): Promise<Answered & Listed & { nextMarker: string | null }>
    listV2(query: ListQuery): Promise<Answered & Listed & { nextContinuationToken: string | null }>
    multipartUpload(name: string, file: Buffer, options: MultipartOptions): Promise<Answered>
    initMultipartUpload(name: string): Promise<Answered & { uploadId: string }>
    uploadPart(
      name: string,
      uploadId: string,
      partNumber: number,
      file: Buffer,
      start: number,
      end: number,
    ): Promise<Answered & { etag: string }>
    /** One part comes by itself, not in a list. */
    listParts(name: string, uploadId: string): Promise<Answered & { parts: Part | readonly Part[] }>
    abortMultipartUpload(name: string, uploadId: string): Promise<Answered>
    listUploads(query: {
      readonly prefix: string
      readonly 'max-uploads': number
    }): Promise<Answered & { uploads: readonly { readonly uploadId: string }[] }>
    putObjectTagging(name: string, tags: Readonly<Record<string, string>>): Promise<Answered>
    getObjectTagging(name: string): Promise<Answered & { tag: Readonly<Record<string, string>> }>
    deleteObjectTagging(name: string): Promise<Answered>
    putACL(name: string, acl: string): Promise<Answered>
    getACL(name: string): Promise<Answered & { acl: string }>
    putSymlink(name: string, target: string): Promise<Answered>
    getSymlink(name: string): Promise<Answered & { targetName: string }>
    putBucket(name: string): Promise<unknown>
    listBuckets(query?: {
      readonly prefix?: string
      readonly 'max-keys'?: number
    }): Promise<{ buckets: readonly { readonly name: string; readonly region: string }[] }>
    getBucketInfo(name: string): Promise<{ bucket: Readonly<Record<string, unknown>> }>
    deleteBucket(name: string): Promise<unknown>
    getBucketLocation(name: string): Promise<{ location: string }>
    putBucketACL(name: string, acl: string): Promise<unknown>
    getBucketACL(name: string): Promise<{ acl: string }>
    putBucketCORS(name: string, rules: readonly CorsRule[]): Promise<unknown>
    getBucketCORS(name: string): Promise<{ rules: readonly CorsRule[] }>
    deleteBucketCORS(name: string): Promise<unknown>
    calculatePostSignature(policy: object): { OSSAccessKeyId: string; Signature: string; policy: string }
    signature(stringToSign: string): string
    signPostObjectPolicyV4(policy: object, date: Date): string
    signatureUrl(name: string, options?: UrlOptions): string
    signatureUrlV4(
      method: string,
      expires: number,
      request?: { readonly headers?: Pairs; readonly queries?: Pairs },
      objectName?: string,
      additionalHeaders?: readonly string[],
    ): Promise<string>
    authorization(method: string, resource: string, subres: Pairs, headers: Pairs): string
    authorizationV4(
      method: string,
      request: { readonly headers: Pairs; readonly queries: Pairs },
      bucketName?: string,
      objectName?: string,
      additionalHeaders?: readonly string[],
    ): string
  }

  export = OSS
}
