import type { CredentialSource } from '../../credential/credential-source.ts'
import { ossV1 } from '../../sign/oss-v1.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import type { RequestScheme } from '../../sign/request-scheme.ts'
import { presignUrl, requestUrl, signRequest } from '../../sign/sign-request.ts'
import type { Credential, Signer } from '../../sign/signer.ts'
import { checkBucket, checkUrl } from './check-storage.ts'
import { bucketUrl, readEndpoint, readRegion, regionOfEndpoint } from './endpoint.ts'
import { createSigning } from './signing.ts'
import type { Signing, Storage, StorageRequest } from './storage.ts'

export interface OssOptions {
  readonly bucket: string
  /** `cn-hangzhou`; told by the endpoint where that is OSS's own. */
  readonly region?: string
  /** `oss-cn-hangzhou.aliyuncs.com`, or `http://127.0.0.1:9000`; told by the region where it is absent. */
  readonly endpoint?: string
  /** What browsers send files to, where that is not the bucket below the endpoint. */
  readonly url?: string
  /** A credential, or what gives one at any moment. */
  readonly credential: Credential | CredentialSource
  /** How forms and requests are signed: `oss-v4` unless told otherwise. */
  readonly scheme?: 'oss-v4' | 'oss-v1'
}

/**
 * A bucket of Alibaba Cloud OSS, or of an embedded store.
 *
 * @example
 * const storage = oss({ bucket: 'photos', region: 'cn-hangzhou', credential: { accessKeyId, accessKeySecret } })
 *
 * @see docs/guide/issuer.md
 */
export function oss(options: OssOptions): Storage {
  const { scheme = 'oss-v4' } = options
  const bucket = checkBucket(options.bucket)
  const endpoint = endpointOf(options)
  const region = options.region === undefined ? endpoint && regionOfEndpoint(endpoint) : readRegion(options.region)
  const url = options.url === undefined ? undefined : `${checkUrl('url', options.url)}/`
  const below = endpoint && bucketUrl(endpoint, bucket)
  const forms = formSigner(scheme, region)
  const request: RequestScheme = scheme === 'oss-v1' ? { scheme } : { scheme, region: needRegion(region) }
  const places = { bucket, url: url ?? needAddress(below), serverUrl: below ?? needAddress(url) }
  return {
    ...places,
    dialect: 'oss',
    scheme,
    region,
    takesForms: true,
    ...createSigning(options.credential, (credential) => signingBy(credential, places, forms, request)),
  }
}

function signingBy(
  credential: Credential,
  { bucket, url, serverUrl }: Pick<Storage, 'bucket' | 'url' | 'serverUrl'>,
  forms: (credential: Credential) => Signer,
  how: RequestScheme,
): Signing {
  const addressOf = ({ method, key, query = [] }: StorageRequest) => ({
    method,
    bucket,
    query,
    ...(key === undefined ? {} : { key }),
  })
  return {
    credential,
    signer: forms(credential),
    presign(request, expiresInSeconds, now) {
      const { headers = {} } = request
      const covering = { ...signingAll(how, headers), expiresInSeconds }
      return presignUrl(url, addressOf(request), headers, credential, covering, now)
    },
    sign: (request, now) => ({
      url: requestUrl(serverUrl, addressOf(request)),
      headers: signRequest(addressOf(request), request.headers ?? {}, credential, how, now),
    }),
  }
}

/** V4 signs every header that it is told of, a length among them; V1 knows which it signs. */
function signingAll(how: RequestScheme, headers: Readonly<Record<string, string>>): RequestScheme {
  return how.scheme === 'oss-v1' ? how : { ...how, additionalHeaders: Object.keys(headers) }
}

function endpointOf({ endpoint, region, url }: OssOptions): URL | undefined {
  if (endpoint !== undefined) return readEndpoint(endpoint)
  if (region === undefined || url !== undefined) return undefined
  return readEndpoint(`oss-${readRegion(region)}.aliyuncs.com`)
}

function needAddress(url: string | undefined): string {
  if (url !== undefined) return url
  throw new TypeError('A storage needs an address: give its endpoint, its region, or the url that browsers send to.')
}

function formSigner(scheme: 'oss-v4' | 'oss-v1', region: string | undefined): (credential: Credential) => Signer {
  return scheme === 'oss-v1' ? ossV1 : (credential) => ossV4(credential, needRegion(region))
}

function needRegion(region: string | undefined): string {
  if (region !== undefined) return region
  throw new TypeError('oss-v4 signs for a region, and the endpoint does not tell it: give it.')
}
