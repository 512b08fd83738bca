/** A file of bytes with a random name. */
export interface Piece {
  readonly name: string
  readonly size: number
}

/**
 * Where an object's bytes are: in its record when it is small, else in a file, or in several one after the other. A file
 * that grows may be longer than `size`: what is behind belongs to an append that is under way or was cut off, or to the
 * object that this one is a copy of.
 */
export type Content =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | (Piece & { readonly kind: 'blob'; readonly grows?: true })
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }

/** Size in bytes, MD5 as 16 bytes, CRC-64/XZ as an unsigned decimal, of the same bytes. */
export interface Digest {
  readonly size: number
  readonly md5: Uint8Array
  readonly crc64: string
}

export type ObjectAcl = 'default' | 'private' | 'public-read' | 'public-read-write'
export type BucketAcl = Exclude<ObjectAcl, 'default'>

/** How an object came about; what its `x-oss-object-type` says. */
type ObjectType = 'Normal' | 'Appendable' | 'Multipart' | 'Symlink'

/** What a client says of an object when it makes it. */
export interface Described {
  readonly contentType: string
  /** Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires as they were given, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata by name in lower case, without the `x-oss-meta-` in front. */
  readonly metadata: Readonly<Record<string, string>>
  readonly acl: ObjectAcl
  readonly storageClass: string
  readonly encryption?: { readonly algorithm: string; readonly keyId?: string }
  /** In the order in which they were given; no name twice. */
  readonly tags: readonly Tag[]
}

export type Tag = readonly [key: string, value: string]

/** The catalog's line about an object, its bytes apart. */
export interface ListedObject extends Described {
  readonly type: ObjectType
  /** In bytes. */
  readonly size: number
  /** 16 bytes; absent where the object was not sent in one piece. */
  readonly md5?: Uint8Array
  /** CRC-64/XZ as an unsigned decimal. */
  readonly crc64: string
  /** Quoted, as it is sent. */
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** The key, in the same bucket, of the object that a symlink stands for. */
  readonly target?: string
}

export interface ObjectRecord extends ListedObject {
  readonly content: Content
}

/** What a listing tells of an object. */
export type ObjectSummary = Pick<ObjectRecord, 'type' | 'size' | 'etag' | 'modified' | 'storageClass'>

/** A multipart upload that was initiated and neither completed nor aborted. */
export interface UploadRecord {
  readonly bucket: string
  readonly key: string
  /** 32 hexadecimal digits in upper case. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly initiated: number
  /** The access key id of whoever initiated it. */
  readonly owner: string
  readonly described: Described
  readonly forbidOverwrite: boolean
}

/** A part that was uploaded. */
export interface PartRecord extends Digest {
  readonly number: number
  /** Quoted, as it is sent. */
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** The part's file; a part of no bytes has one too. */
  readonly name: string
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
