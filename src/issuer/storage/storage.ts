import type { Credential, Scheme, Signer } from '../../sign/signer.ts'

/** Where files go: a bucket, how to reach it, and who signs for it. Made by `oss` and `s3`. */
export interface Storage {
  readonly bucket: string
  /** What browsers send files to: where the bucket's keys begin. Ends in `/`. */
  readonly url: string
  /** The same for this server's own requests; ends in `/`. */
  readonly serverUrl: string
  readonly dialect: 'oss' | 's3'
  /** How forms are signed. */
  readonly scheme: Scheme
  readonly region: string | undefined
  /** Whether it takes forms by POST. Where it does not, browsers PUT to a presigned URL. */
  readonly takesForms: boolean
  /** Whether its credential is known to be temporary, so that a form carries a security token. */
  readonly usesToken: boolean
  /** What signs at this moment. The same value for as long as the credential is the same. */
  readonly signing: () => Signing | Promise<Signing>
}

/** A credential, and what signs with it. */
export interface Signing {
  readonly credential: Credential
  /** Signs forms. */
  readonly signer: Signer
  /** A URL with which a browser makes this one request, its headers sent as they are here. */
  readonly presign: (request: StorageRequest, expiresInSeconds: number, now: Date) => string
  /** This server's own request: where to send it, and with which headers. */
  readonly sign: (request: StorageRequest, now: Date) => SignedRequest
}

/** A request to the storage. */
export interface StorageRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Absent: the bucket itself. */
  readonly key?: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  /** Those that the signature covers. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface SignedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}
