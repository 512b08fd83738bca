/** Where an object's bytes are: in its record when it is small, else in a file with a random name. */
export type Content =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'blob'; readonly name: string; readonly size: number }

/** Size in bytes, MD5 as 16 bytes, CRC-64/XZ as an unsigned decimal, of the same bytes. */
export interface Digest {
  readonly size: number
  readonly md5: Uint8Array
  readonly crc64: string
}

export type ObjectAcl = 'default' | 'private' | 'public-read' | 'public-read-write'
export type BucketAcl = Exclude<ObjectAcl, 'default'>

/** The catalog's line about an object. */
export interface ObjectRecord extends Digest {
  readonly content: Content
  /** Quoted, as it is sent. */
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly modified: number
  readonly contentType: string
  /** Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires as they were given, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata by name in lower case, without the `x-oss-meta-` in front. */
  readonly metadata: Readonly<Record<string, string>>
  readonly acl: ObjectAcl
  readonly storageClass: string
  readonly encryption?: { readonly algorithm: string; readonly keyId?: string }
}

export interface CorsRule {
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  readonly headers: readonly string[]
  readonly exposed: readonly string[]
  readonly maxAgeSeconds?: number
}

export interface Cors {
  readonly rules: readonly CorsRule[]
  readonly varyAlways: boolean
}

export interface BucketRecord {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly created: number
  /** The access key id of whoever created it. */
  readonly owner: string
  readonly acl: BucketAcl
  readonly cors?: Cors
}
