import type { CredentialSource } from '../../credential/credential-source.ts'
import { keyPath } from '../../sign/canonical-request.ts'
import { presignS3Url, type S3Request, s3RequestUrl, signS3Request } from '../../sign/s3-request.ts'
import { s3V2 } from '../../sign/s3-v2.ts'
import { s3V4 } from '../../sign/s3-v4.ts'
import type { Credential } from '../../sign/signer.ts'
import { checkBucket, checkUrl } from './check-storage.ts'
import { type Addressing, bucketUrl, readEndpoint } from './endpoint.ts'
import { createSigning } from './signing.ts'
import type { Signing, Storage, StorageRequest } from './storage.ts'

export interface S3Options {
  /** `https://s3.eu-central-1.amazonaws.com`, or `http://127.0.0.1:7480`. */
  readonly endpoint: string
  readonly bucket: string
  /** `us-east-1` unless told otherwise, which is what most engines call theirs. */
  readonly region?: string
  /** Whether the bucket's name goes into the host's name or into the path: `path` where the endpoint is an address. */
  readonly addressing?: Addressing
  /** What browsers send files to, where that is not the bucket below the endpoint. */
  readonly url?: string
  /** A credential, or what gives one at any moment. */
  readonly credential: Credential | CredentialSource
  /** How forms are signed: `s3-v4` unless told otherwise. Requests are signed with V4 always. */
  readonly scheme?: 's3-v4' | 's3-v2'
  /** False for an engine that knows no forms by POST: browsers then PUT to a presigned URL. */
  readonly takesForms?: boolean
}

/**
 * A bucket of an S3 engine, such as Ceph RGW.
 *
 * @example
 * const storage = s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: { accessKeyId, accessKeySecret } })
 *
 * @see docs/guide/engines.md
 */
export function s3(options: S3Options): Storage {
  const { region = 'us-east-1', scheme = 's3-v4', takesForms = true } = options
  const bucket = checkBucket(options.bucket)
  const serverUrl = bucketUrl(readEndpoint(options.endpoint), bucket, options.addressing)
  const url = options.url === undefined ? serverUrl : `${checkUrl('url', options.url)}/`
  const signer = scheme === 's3-v2' ? s3V2 : (credential: Credential) => s3V4(credential, region)
  return {
    bucket,
    url,
    serverUrl,
    dialect: 's3',
    scheme,
    region,
    takesForms,
    ...createSigning(options.credential, (credential): Signing => {
      return {
        credential,
        signer: signer(credential),
        presign: (request, expiresInSeconds, now) =>
          presignS3Url(s3Request(url, request), credential, region, expiresInSeconds, now),
        sign: (request, now) => {
          const sent = s3Request(serverUrl, request)
          return { url: s3RequestUrl(sent), headers: signS3Request(sent, credential, region, now) }
        },
      }
    }),
  }
}

function s3Request(base: string, { method, key, query = [], headers = {} }: StorageRequest): S3Request {
  return { method, url: `${base}${keyPath(key ?? '')}`, query, headers }
}
