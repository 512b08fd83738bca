/** The part of ali-oss 6.23 that tests and benchmarks use; the package has no types of its own. */
declare module 'ali-oss' {
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
  }

  interface PutOptions {
    readonly mime?: string
    readonly meta?: Readonly<Record<string, string>>
    readonly headers?: Readonly<Record<string, string>>
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

  class OSS {
    constructor(options: Options)
    put(name: string, content: Buffer, options?: PutOptions): Promise<Answered>
    get(name: string, options?: { headers?: Pairs }): Promise<Answered & { content: Buffer }>
    head(name: string): Promise<Answered & { status: number; meta: Pairs | null }>
    delete(name: string): Promise<Answered>
    putBucket(name: string): Promise<unknown>
    getBucketLocation(name: string): Promise<{ location: string }>
    putBucketACL(name: string, acl: string): Promise<unknown>
    getBucketACL(name: string): Promise<{ acl: string }>
    putBucketCORS(name: string, rules: readonly CorsRule[]): Promise<unknown>
    getBucketCORS(name: string): Promise<{ rules: readonly CorsRule[] }>
    deleteBucketCORS(name: string): Promise<unknown>
    calculatePostSignature(policy: object): { OSSAccessKeyId: string; Signature: string; policy: string }
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
