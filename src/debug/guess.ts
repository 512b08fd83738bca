import { createHmac } from 'node:crypto'
import { hmacSha1 } from '../sign/hmac.ts'
import { type Cause, type CauseCode, cause } from './cause.ts'
import type { Rebuilt } from './rebuilt.ts'
import { scopedSignature, signatureBy } from './signature.ts'
import { usualTexts } from './usual-texts.ts'

/** What signs, and what is usually done wrong with it: the signatures that each mistake would have made. */
interface Mistake {
  readonly code: CauseCode
  readonly signatures: (secret: string, rebuilt: Rebuilt) => readonly string[]
}

/** The mistake that made this very signature, if it is one that people make; `undefined` where it is none of these. */
export function guessMistake(secret: string, rebuilt: Rebuilt): Cause | undefined {
  const found = MISTAKES.find(({ signatures }) => signatures(secret, rebuilt).includes(rebuilt.signature))
  return found === undefined ? guessText(secret, rebuilt) : cause(found.code)
}

function guessText(secret: string, rebuilt: Rebuilt): Cause | undefined {
  const found = usualTexts(rebuilt).find(({ text }) => signatureBy(secret, rebuilt, text) === rebuilt.signature)
  return found && cause(found.code)
}

const withSecrets = (change: (secret: string) => readonly string[]): Mistake['signatures'] => {
  return (secret, rebuilt) => change(secret).map((other) => signatureBy(other, rebuilt, rebuilt.stringToSign))
}

const withScopes = (change: (scope: string) => readonly string[]): Mistake['signatures'] => {
  return (secret, rebuilt) => {
    const { scope, scheme, stringToSign } = rebuilt
    return scope === undefined
      ? []
      : change(scope).map((other) => signatureBy(secret, { scheme, scope: other }, stringToSign))
  }
}

const MISTAKES: readonly Mistake[] = [
  {
    code: 'plus-to-space',
    signatures: (secret, rebuilt) => right(secret, rebuilt).map((text) => text.replaceAll('+', ' ')),
  },
  { code: 'percent-encoded', signatures: (secret, rebuilt) => right(secret, rebuilt).map(encodeURIComponent) },
  { code: 'signature-spelt', signatures: (secret, rebuilt) => right(secret, rebuilt).flatMap(otherSpellings) },
  {
    code: 'secret-line-end',
    signatures: withSecrets((secret) => ['\n', '\r\n', ' ', '\r'].map((end) => `${secret.trim()}${end}`)),
  },
  {
    code: 'secret-given-line-end',
    signatures: withSecrets((secret) => (secret.trim() === secret ? [] : [secret.trim()])),
  },
  { code: 'secret-quoted', signatures: withSecrets((secret) => [`"${secret}"`, `'${secret}'`]) },
  { code: 'secret-missing', signatures: withSecrets(() => ['', 'undefined', 'null', 'None', 'nil', '<nil>']) },
  { code: 'region-other', signatures: withScopes(otherRegions) },
  { code: 'day-other', signatures: withScopes(otherDays) },
  { code: 'key-chain', signatures: otherChains },
  { code: 'scheme-other', signatures: otherSchemes },
]

function right(secret: string, rebuilt: Rebuilt): readonly string[] {
  return [signatureBy(secret, rebuilt, rebuilt.stringToSign)]
}

function otherSpellings(signature: string): readonly string[] {
  const isHex = /^[\da-f]{64}$/.test(signature)
  const bytes = Buffer.from(signature, isHex ? 'hex' : 'base64')
  const texts = [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ]
  return [...texts, Buffer.from(bytes.toString('hex')).toString('base64')].filter((text) => text !== signature)
}

function otherRegions(scope: string): readonly string[] {
  const [day, region = '', ...rest] = scope.split('/')
  const regions = [region.startsWith('oss-') ? region.slice(4) : `oss-${region}`, '', 'us-east-1', 'cn-hangzhou']
  return regions.map((other) => [day, other, ...rest].join('/'))
}

function otherDays(scope: string): readonly string[] {
  const time = Date.parse(`${scope.slice(0, 4)}-${scope.slice(4, 6)}-${scope.slice(6, 8)}T00:00:00Z`)
  if (Number.isNaN(time)) return []
  return [-1, 1].map((days) => {
    const day = new Date(time + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
    return `${day}${scope.slice(8)}`
  })
}

function otherChains(secret: string, { scope, stringToSign }: Rebuilt): readonly string[] {
  if (scope === undefined) return []
  const prefixes = ['aliyun_v4', 'AWS4', '', 'OSS4', 'OSS4-HMAC-SHA256'].map((prefix) =>
    scopedSignature(secret, prefix, scope, stringToSign),
  )
  let hex = `aliyun_v4${secret}`
  for (const part of [...scope.split('/'), stringToSign]) hex = createHmac('sha256', hex).update(part).digest('hex')
  return [...prefixes, hex]
}

/** The secret itself, with either digest, for what a key derived from it should have signed; and the reverse. */
function otherSchemes(secret: string, { scope, stringToSign }: Rebuilt): readonly string[] {
  const sha256 = createHmac('sha256', secret).update(stringToSign)
  return scope === undefined ? [sha256.digest('base64')] : [hmacSha1(secret, stringToSign), sha256.digest('hex')]
}

const DAY_MS = 24 * 3600_000
