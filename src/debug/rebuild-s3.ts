import { createHash } from 'node:crypto'
import { encode, UNSIGNED_PAYLOAD } from '../sign/canonical-request.ts'
import type { SentRequest } from './evidence.ts'
import { splitCredential } from './rebuild-form.ts'
import type { Rebuilt } from './rebuilt.ts'
import type { Target } from './target.ts'

/**
 * A request that is signed with S3's V4, in its header or in its URL; `undefined` where it is not.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function rebuildS3(sent: SentRequest, target: Target): Rebuilt | undefined {
  const parts = partsOf(sent, target)
  if (parts === undefined) return undefined
  const { credential, signature, signedHeaders, date, token } = parts
  const { accessKeyId, scope } = splitCredential(credential)
  const canonical = canonicalS3(sent, target, signedHeaders)
  const hash = createHash('sha256').update(canonical).digest('hex')
  return {
    by: parts.by,
    scheme: 's3-v4',
    accessKeyId,
    scope,
    signature,
    securityToken: token || undefined,
    stringToSign: `${ALGORITHM}\n${date}\n${scope}\n${hash}`,
    canonicalRequest: canonical,
  }
}

interface Parts {
  readonly by: 'header' | 'url'
  readonly credential: string
  readonly signature: string
  readonly signedHeaders: string
  readonly date: string
  readonly token: string | undefined
}

function partsOf({ headers }: SentRequest, { query }: Target): Parts | undefined {
  const authorization = headers.get('authorization')
  if (authorization?.startsWith(ALGORITHM)) {
    const part = (name: string) => new RegExp(`${name}=([^,\\s]*)`).exec(authorization)?.[1] ?? ''
    return {
      by: 'header',
      credential: part('Credential'),
      signature: part('Signature'),
      signedHeaders: part('SignedHeaders'),
      date: headers.get('x-amz-date') ?? '',
      token: headers.get('x-amz-security-token'),
    }
  }
  const parameter = (name: string) => query.find(([known]) => known === name)?.[1] ?? ''
  if (parameter('X-Amz-Signature') === '') return undefined
  return {
    by: 'url',
    credential: parameter('X-Amz-Credential'),
    signature: parameter('X-Amz-Signature'),
    signedHeaders: parameter('X-Amz-SignedHeaders'),
    date: parameter('X-Amz-Date'),
    token: parameter('X-Amz-Security-Token'),
  }
}

function canonicalS3({ method, headers }: SentRequest, { host, path, query }: Target, signedHeaders: string): string {
  const value = (name: string) => headers.get(name) ?? (name === 'host' ? host : '')
  const lines = signedHeaders.split(';').map((name) => `${name}:${value(name).trim().replaceAll(/ +/g, ' ')}\n`)
  const payload = headers.get('x-amz-content-sha256') ?? UNSIGNED_PAYLOAD
  return [method, path, canonicalQuery(query), lines.join(''), signedHeaders, payload].join('\n')
}

function canonicalQuery(query: Target['query']): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join('='))
    .join('&')
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
