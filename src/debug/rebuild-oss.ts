import { isIP } from 'node:net'
import { headerNames, parseAuthorization } from '../sign/authorization-v4.ts'
import { canonicalRequest, stringToSignV1, stringToSignV4 } from '../sign/canonical-request.ts'
import { compactDate, parseHttpDate } from '../sign/date.ts'
import { V4_ALGORITHM } from '../sign/oss-v4.ts'
import type { RequestAddress } from '../sign/request-address.ts'
import { DebugError, type SentRequest } from './evidence.ts'
import { splitCredential } from './rebuild-form.ts'
import type { Rebuilt } from './rebuilt.ts'
import { percentDecoded, type Target } from './target.ts'

/** A request that is signed as OSS wants it, in its header or in its URL; `undefined` where it is not. */
export function rebuildOss(sent: SentRequest, target: Target, bucket: string | undefined): Rebuilt | undefined {
  const read = readerFor(sent, target)
  return read === undefined ? undefined : read(sent, addressOf(sent, target, bucket))
}

type Read = (sent: SentRequest, address: RequestAddress) => Rebuilt

function readerFor({ headers }: SentRequest, { query }: Target): Read | undefined {
  const authorization = headers.get('authorization')
  if (authorization?.startsWith(V4_ALGORITHM)) return headerV4
  if (authorization?.startsWith('OSS ')) return headerV1
  const names = new Set(query.map(([name]) => name))
  if (names.has('x-oss-signature')) return urlV4
  return names.has('Signature') && names.has('OSSAccessKeyId') ? urlV1 : undefined
}

function headerV1({ headers }: SentRequest, address: RequestAddress): Rebuilt {
  const text = (headers.get('authorization') ?? '').slice('OSS '.length)
  const colon = text.lastIndexOf(':')
  return {
    by: 'header',
    scheme: 'oss-v1',
    accessKeyId: text.slice(0, Math.max(colon, 0)).trim(),
    signature: text.slice(colon + 1).trim(),
    securityToken: headers.get('x-oss-security-token') ?? headers.get('security-token'),
    scope: undefined,
    stringToSign: stringToSignV1(address, headers, headers.get('x-oss-date') ?? headers.get('date') ?? ''),
    canonicalRequest: undefined,
  }
}

function urlV1({ headers }: SentRequest, address: RequestAddress): Rebuilt {
  return {
    by: 'url',
    scheme: 'oss-v1',
    accessKeyId: parameter(address, 'OSSAccessKeyId'),
    signature: parameter(address, 'Signature'),
    securityToken: parameter(address, 'security-token') || undefined,
    scope: undefined,
    stringToSign: stringToSignV1(address, headers, parameter(address, 'Expires')),
    canonicalRequest: undefined,
  }
}

function headerV4({ headers }: SentRequest, address: RequestAddress): Rebuilt {
  const { credential, signature, additional } = parseAuthorization(headers.get('authorization') ?? '')
  const date = headers.get('x-oss-date') ?? headers.get('date') ?? ''
  const http = parseHttpDate(date)
  const token = headers.get('x-oss-security-token')
  const when = http === undefined ? date : compactDate(http)
  return v4(
    'header',
    splitCredential(credential),
    canonicalRequest(address, headers, additional),
    when,
    signature,
    token,
  )
}

function urlV4({ headers }: SentRequest, address: RequestAddress): Rebuilt {
  const additional = headerNames(parameter(address, 'x-oss-additional-headers'))
  return v4(
    'url',
    splitCredential(parameter(address, 'x-oss-credential')),
    canonicalRequest(address, headers, additional),
    parameter(address, 'x-oss-date'),
    parameter(address, 'x-oss-signature'),
    parameter(address, 'x-oss-security-token') || undefined,
  )
}

function v4(
  by: 'header' | 'url',
  { accessKeyId, scope }: { readonly accessKeyId: string; readonly scope: string },
  canonical: string,
  date: string,
  signature: string,
  securityToken: string | undefined,
): Rebuilt {
  const stringToSign = stringToSignV4(canonical, date, scope)
  return {
    by,
    scheme: 'oss-v4',
    accessKeyId,
    scope,
    signature,
    securityToken,
    stringToSign,
    canonicalRequest: canonical,
  }
}

/** What the request points at. A domain of one's own does not tell its bucket. */
export function addressOf({ method }: SentRequest, { host, path, query }: Target, bucket?: string): RequestAddress {
  const inHost = bucketOfHost(host)
  const decoded = percentDecoded(path).slice(1)
  const slash = decoded.indexOf('/')
  if (inHost === IN_PATH) {
    const first = slash === -1 ? decoded : decoded.slice(0, slash)
    const key = slash === -1 ? '' : decoded.slice(slash + 1)
    return { method, query, ...(first !== '' && { bucket: first }), ...(key !== '' && { key }) }
  }
  const named = bucket ?? inHost
  if (named === undefined)
    throw new DebugError(`${host} does not tell which bucket it stands for. Name it with --bucket.`)
  return { method, query, bucket: named, ...(decoded !== '' && { key: decoded }) }
}

/** The bucket that a host names, `IN_PATH` where the path does, `undefined` where it cannot be told. */
function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '')
  if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return IN_PATH
  if (name.endsWith('.localhost')) return name.slice(0, -'.localhost'.length)
  const [, bucket, endpoint] =
    /^(?:([a-z0-9-]+)\.)?(oss-[a-z0-9-]+|s3\.oss-[a-z0-9-]+)\.aliyuncs\.com$/.exec(name) ?? []
  return endpoint === undefined ? undefined : (bucket ?? IN_PATH)
}

function parameter({ query }: RequestAddress, name: string): string {
  return query.find(([known]) => known === name)?.[1] ?? ''
}

/** No bucket is called so. */
const IN_PATH = ''
