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

  class OSS {
    constructor(options: Options)
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
