import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { PosternError } from '../../base/issuer-errors.ts'

/** One upload that an issuer has let somebody do: what its token says. */
export interface UploadFacts {
  /** Names this upload and no other. */
  readonly id: string
  readonly route: string
  /** The object's key; where `keyIsPrefix`, what it begins with. */
  readonly key: string
  readonly keyIsPrefix?: boolean
  /** Who asked. */
  readonly user: string
  /** Bytes that were announced; absent where the front end announces none. */
  readonly size?: number
  /** Bytes that are allowed. */
  readonly minSize: number
  readonly maxSize: number
  /** The type that was allowed; absent where the front end chooses among several. */
  readonly type?: string
  /** What the object must say of itself; absent where its key is one that nobody else can want. */
  readonly mark?: string
  /** The multipart upload's id at the storage. */
  readonly uploadId?: string
  /** Bytes of each of its parts but the last; absent where they are cut by whoever sends them. */
  readonly partSize?: number
  /** Those of the route, for the application. */
  readonly variables?: Readonly<Record<string, string>>
  /** Until when the upload may be reported, Unix milliseconds. */
  readonly expires: number
}

/** Writes and reads the tokens that go with uploads: whoever holds one can say which upload they mean, and change nothing of it. */
export interface UploadTokens {
  readonly write: (facts: UploadFacts) => string
  /** Throws `upload-token-invalid` or `upload-token-expired`. */
  readonly read: (token: string, now: Date) => UploadFacts
}

const Facts = v.object({
  id: v.string(),
  route: v.string(),
  key: v.string(),
  keyIsPrefix: v.exactOptional(v.boolean()),
  user: v.string(),
  size: v.exactOptional(v.number()),
  minSize: v.number(),
  maxSize: v.number(),
  type: v.exactOptional(v.string()),
  mark: v.exactOptional(v.string()),
  uploadId: v.exactOptional(v.string()),
  partSize: v.exactOptional(v.number()),
  variables: v.exactOptional(v.record(v.string(), v.string())),
  expires: v.number(),
})

/** Ours; a key of 1,023 bytes in Base64, and room for the rest. */
const MAX_TOKEN_CHARACTERS = 8192
const MIN_SECRET_BYTES = 32

/**
 * Tokens signed with a secret: `<facts>.<HMAC-SHA256>`, both in Base64 for URLs.
 *
 * @param secret the same in every process that shares an address; 32 bytes of a random text at least. Without it, tokens are
 * good in this process only, until it ends
 * @param bucket where the uploads go: a token says nothing to an issuer of another, though the secret be the same
 */
export function createUploadTokens(secret: string | undefined, bucket: string): UploadTokens {
  if (secret !== undefined && Buffer.byteLength(secret) < MIN_SECRET_BYTES)
    throw new TypeError(`tokenSecret has under ${MIN_SECRET_BYTES} bytes. Make one with: openssl rand -base64 32`)
  const key = secret ?? randomBytes(MIN_SECRET_BYTES)
  const macOf = (payload: string) => createHmac('sha256', key).update(`${PURPOSE}${bucket}\n`).update(payload).digest()
  return {
    write(facts) {
      const payload = Buffer.from(JSON.stringify(facts)).toString('base64url')
      return `${payload}.${macOf(payload).toString('base64url')}`
    },
    read(token, now) {
      if (token.length > MAX_TOKEN_CHARACTERS) throw invalid()
      const [payload = '', signature = '', ...rest] = token.split('.')
      const given = Buffer.from(signature, 'base64url')
      const expected = macOf(payload)
      if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid()
      const facts = v.parse(Facts, JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
      if (now.getTime() >= facts.expires) throw expired(facts)
      return facts
    },
  }
}

/** Keeps a text that was signed for something else from passing as a token. */
const PURPOSE = 'postern upload token 1\n'

function invalid(): PosternError {
  return new PosternError('upload-token-invalid', 'Send the token that came with the form, unchanged.')
}

function expired({ expires }: UploadFacts): PosternError {
  const until = new Date(expires).toISOString()
  return new PosternError('upload-token-expired', `It was good until ${until}. Ask for a new form.`, { Expires: until })
}
