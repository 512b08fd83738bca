import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eq, fileSize, startsWith } from '../policy/build-policy.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { createForm } from '../sign/create-form.ts'
import { hmacSha1 } from '../sign/hmac.ts'
import { ossV1 } from '../sign/oss-v1.ts'
import { ossV4 } from '../sign/oss-v4.ts'
import { s3V2 } from '../sign/s3-v2.ts'
import { s3V4 } from '../sign/s3-v4.ts'
import { presignUrl, signRequest } from '../sign/sign-request.ts'
import type { Signer } from '../sign/signer.ts'
import { type DebugOptions, debugSignature } from './debug.ts'
import type { Answer, Evidence, SentForm, SentRequest } from './evidence.ts'
import { scopedSignature } from './signature.ts'

const NOW = new Date('2023-12-03T12:20:00Z')
const CREDENTIAL = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const URL_OF_BUCKET = 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/'
const NOTHING_SAID = {
  code: undefined,
  message: undefined,
  stringToSign: undefined,
  canonicalRequest: undefined,
  signatureProvided: undefined,
  accessKeyId: undefined,
  serverTime: undefined,
}

function debug(evidence: Evidence, options: Partial<DebugOptions> = {}) {
  return debugSignature(evidence, { now: NOW, secret: 'sk', ...options })
}

function codesOf(evidence: Evidence, options: Partial<DebugOptions> = {}): string[] {
  return debug(evidence, options).causes.map(({ code }) => code)
}

function said(answer: Partial<Answer>): Answer {
  return { ...NOTHING_SAID, ...answer }
}

function formBy(signer: Signer, changes: Record<string, string> = {}, url = URL_OF_BUCKET): SentForm {
  const grant = { url, bucket: 'examplebucket', key: 'a b+c/d.png', maxSize: 1024, expiresInSeconds: 3600 }
  const { fields } = createForm(grant, signer, NOW)
  const lower = Object.entries({ ...fields, ...changes }).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { kind: 'form', url, fields: new Map(lower) }
}

function requestWith(headers: Readonly<Record<string, string>>, url: string, method = 'PUT'): SentRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { kind: 'request', method, url, headers: new Map(lower) }
}

const V4 = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const
const KEY = 'folder/猫 +%2F.png'
const ADDRESS = { method: 'PUT', bucket: 'examplebucket', key: KEY, query: [['acl', ''] as const] }
const AT = `${URL_OF_BUCKET}folder/%E7%8C%AB%20%2B%252F.png?acl`
const TYPE = { 'content-type': 'text/plain' }

describe('what is signed rightly is rebuilt to the letter', () => {
  const signers: [string, Signer][] = [
    ['oss-v1', ossV1(CREDENTIAL)],
    ['oss-v4', ossV4({ ...CREDENTIAL, securityToken: 'token' }, 'cn-hangzhou')],
    ['s3-v2', s3V2(CREDENTIAL)],
    ['s3-v4', s3V4(CREDENTIAL, 'us-east-1')],
  ]
  test.each(signers)('a form of %s', (scheme, signer) => {
    const { rebuilt, verdict, causes } = debug({ sent: formBy(signer) })
    expect(rebuilt).toMatchObject({ by: 'form', scheme, accessKeyId: 'ak' })
    expect({ verdict, causes }).toEqual({ verdict: { isRight: true, cause: undefined }, causes: [] })
  })

  const requests: [string, SentRequest][] = [
    ['a header of V1', requestWith(signRequest(ADDRESS, TYPE, CREDENTIAL, { scheme: 'oss-v1' }, NOW), AT)],
    [
      'a header of V4',
      requestWith(
        signRequest(ADDRESS, { ...TYPE, range: 'a' }, CREDENTIAL, { ...V4, additionalHeaders: ['Range'] }, NOW),
        AT,
      ),
    ],
    [
      'a URL of V1',
      requestWith(
        TYPE,
        presignUrl(URL_OF_BUCKET, ADDRESS, TYPE, CREDENTIAL, { scheme: 'oss-v1', expiresInSeconds: 60 }, NOW),
      ),
    ],
    [
      'a URL of V4',
      requestWith(
        TYPE,
        presignUrl(
          URL_OF_BUCKET,
          ADDRESS,
          TYPE,
          { ...CREDENTIAL, securityToken: 'a+b' },
          { ...V4, expiresInSeconds: 60 },
          NOW,
        ),
      ),
    ],
  ]
  test.each(requests)('%s', (_, sent) => {
    expect(debug({ sent }).verdict).toEqual({ isRight: true, cause: undefined })
    expect(codesOf({ sent })).toEqual([])
  })

  test("AWS's published requests", () => {
    const aws = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const presigned =
      'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    const headers = {
      range: 'bytes=0-9',
      'x-amz-content-sha256': empty,
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    }
    const signed = requestWith(headers, 'https://examplebucket.s3.amazonaws.com/test.txt', 'GET')
    expect(debug({ sent: requestWith({}, presigned, 'GET') }, aws).verdict?.isRight).toBe(true)
    expect(debug({ sent: signed }, aws).verdict?.isRight).toBe(true)
  })

  test('also where only the option tells the bucket, and in path style', () => {
    const headers = signRequest(ADDRESS, TYPE, CREDENTIAL, V4, NOW)
    const path = AT.slice(URL_OF_BUCKET.length)
    const own = requestWith(headers, `https://files.example.com/${path}`)
    expect(() => debug({ sent: own })).toThrow('Name it with --bucket')
    expect(debug({ sent: own }, { bucket: 'examplebucket' }).verdict?.isRight).toBe(true)
    for (const host of ['http://127.0.0.1:9000/examplebucket', 'https://oss-cn-hangzhou.aliyuncs.com/examplebucket'])
      expect(debug({ sent: requestWith(headers, `${host}/${path}`) }).verdict?.isRight).toBe(true)
  })
})

describe('a signature that was made by mistake is told by the mistake', () => {
  const form = formBy(ossV4(CREDENTIAL, 'cn-hangzhou'))
  const policy = form.fields.get('policy') ?? ''
  const json = Buffer.from(policy, 'base64').toString('utf8')
  const scope = '20231203/cn-hangzhou/oss/aliyun_v4_request'
  const sign = (text: string, { secret = 'sk', prefix = 'aliyun_v4', at = scope } = {}) =>
    scopedSignature(secret, prefix, at, text)
  const right = sign(policy)
  let hexChain = 'aliyun_v4sk'
  for (const part of [...scope.split('/'), policy]) hexChain = createHmac('sha256', hexChain).update(part).digest('hex')

  const mistakes: { code: string; signature: string; secret?: string }[] = [
    { code: 'secret-line-end', signature: sign(policy, { secret: 'sk\n' }) },
    { code: 'secret-line-end', signature: sign(policy, { secret: 'sk\r\n' }) },
    { code: 'secret-given-line-end', signature: right, secret: 'sk\n' },
    { code: 'secret-quoted', signature: sign(policy, { secret: '"sk"' }) },
    { code: 'secret-missing', signature: sign(policy, { secret: '' }) },
    { code: 'secret-missing', signature: sign(policy, { secret: 'undefined' }) },
    { code: 'secret-or-text', signature: sign(policy, { secret: 'another' }) },
    { code: 'region-other', signature: sign(policy, { at: '20231203/oss-cn-hangzhou/oss/aliyun_v4_request' }) },
    { code: 'day-other', signature: sign(policy, { at: '20231204/cn-hangzhou/oss/aliyun_v4_request' }) },
    { code: 'key-chain', signature: sign(policy, { prefix: 'AWS4' }) },
    { code: 'key-chain', signature: hexChain },
    { code: 'scheme-other', signature: hmacSha1('sk', policy) },
    { code: 'policy-json-signed', signature: sign(json) },
    {
      code: 'policy-reencoded',
      signature: sign(Buffer.from(JSON.stringify(JSON.parse(json), undefined, 2)).toString('base64')),
    },
    { code: 'policy-line-breaks', signature: sign(`${policy}\n`) },
    { code: 'policy-line-breaks', signature: sign(policy.replaceAll(/.{76}/g, '$&\n')) },
    { code: 'percent-encoded', signature: sign(encodeURIComponent(policy)) },
    { code: 'signature-spelt', signature: right.toUpperCase() },
    { code: 'signature-spelt', signature: Buffer.from(right, 'hex').toString('base64') },
  ]
  test.each(mistakes)('$code', ({ code, signature, secret = 'sk' }) => {
    const fields = new Map([...form.fields, ['x-oss-signature', signature]])
    const { verdict, causes } = debug({ sent: { ...form, fields } }, { secret })
    expect(verdict?.isRight).toBe(false)
    expect(causes.map((one) => one.code)).toContain(code)
  })

  test('in V1 a "+" that became a space is seen without the secret', () => {
    const one = formBy(ossV1({ accessKeyId: 'ak', accessKeySecret: 'sk7' }))
    const signature = 'a+b/c='
    const fields = new Map([...one.fields, ['signature', signature.replace('+', ' ')]])
    expect(debugSignature({ sent: { ...one, fields } }, { now: NOW }).causes.map(({ code }) => code)).toEqual([
      'plus-to-space',
    ])
  })

  const requests: {
    code: string
    signed: Record<string, string>
    sent: Record<string, string>
    method?: string
    key?: string
  }[] = [
    { code: 'content-type-changed', signed: {}, sent: { 'content-type': 'image/webp' } },
    { code: 'content-type-changed', signed: { 'content-type': 'image/png' }, sent: {} },
    {
      code: 'content-type-changed',
      signed: { 'content-type': 'text/plain' },
      sent: { 'content-type': 'text/plain;charset=UTF-8' },
    },
    { code: 'method-changed', signed: {}, sent: {}, method: 'POST' },
  ]
  test.each(requests)('of a URL of V1 or V4: $code', ({ code, signed, sent, method = 'PUT' }) => {
    for (const how of [{ scheme: 'oss-v1' } as const, V4]) {
      const url = presignUrl(URL_OF_BUCKET, ADDRESS, signed, CREDENTIAL, { ...how, expiresInSeconds: 60 }, NOW)
      expect(codesOf({ sent: requestWith(sent, url, method) })).toEqual([code])
    }
  })

  test('of a key whose "/" was encoded', () => {
    const address = { ...ADDRESS, key: 'a/b.png', query: [] }
    const text = 'PUT\n\n\n1701606060\n/examplebucket%2Fa%2Fb.png'
    const url = presignUrl(URL_OF_BUCKET, address, {}, CREDENTIAL, { scheme: 'oss-v1', expiresInSeconds: 60 }, NOW)
    const broken = url.replace(/Signature=.*/, `Signature=${encodeURIComponent(hmacSha1('sk', text))}`)
    expect(codesOf({ sent: requestWith({}, broken) })).toEqual(['path-encoded'])
  })

  test('the secret of another key is told as that', () => {
    expect(codesOf({ sent: form }, { secret: 'x', accessKeyId: 'other' })).toEqual(['key-other'])
  })
})

describe('against the text that the store used', () => {
  const url = presignUrl(
    URL_OF_BUCKET,
    { ...ADDRESS, key: 'a/b.png', query: [] },
    TYPE,
    CREDENTIAL,
    { scheme: 'oss-v1', expiresInSeconds: 60 },
    NOW,
  )
  const sent = requestWith(TYPE, url)
  const used = 'PUT\n\ntext/plain\n1701606060\n/examplebucket/a/b.png'

  test('the same text with the right signature means that the store knows another secret', () => {
    const answer = said({ code: 'SignatureDoesNotMatch', stringToSign: used })
    const { comparisons, causes } = debug({ sent, answer })
    expect(comparisons).toMatchObject([{ what: 'string to sign', names: ['request', 'store'], difference: undefined }])
    expect(causes.map(({ code }) => code)).toEqual(['store-secret-other'])
  })

  const v1: { code: string; line: number; stringToSign: string }[] = [
    { code: 'method-changed', line: 1, stringToSign: used.replace('PUT', 'GET') },
    { code: 'md5-changed', line: 2, stringToSign: used.replace('\n\n', '\nabc\n') },
    { code: 'content-type-changed', line: 3, stringToSign: used.replace('text/plain', 'text/plain; charset=utf-8') },
    { code: 'date-changed', line: 4, stringToSign: used.replace('1701606060', '1701606061') },
    { code: 'header-added', line: 5, stringToSign: used.replace('\n/', '\nx-oss-object-acl:private\n/') },
    { code: 'path-encoded', line: 5, stringToSign: used.replace('a/b', 'a%2Fb') },
    { code: 'path-encoded', line: 5, stringToSign: used.replace('a/b', 'a%252Fb') },
    { code: 'path-changed', line: 5, stringToSign: used.replace('/examplebucket', '') },
  ]
  test.each(v1)('V1: $code, line $line', ({ code, line, stringToSign }) => {
    const { comparisons, causes } = debug({ sent, answer: said({ stringToSign }) }, { secret: '' })
    expect(comparisons[0]?.difference?.line).toBe(line)
    expect(causes[0]?.code).toBe(code)
  })

  test('V4 tells it by the canonical request', () => {
    const headers = signRequest({ ...ADDRESS, query: [] }, { ...TYPE, 'x-oss-meta-a': '1' }, CREDENTIAL, V4, NOW)
    const request = requestWith(headers, AT.replace('?acl', ''))
    const { rebuilt } = debug({ sent: request })
    const canonical = rebuilt?.canonicalRequest ?? ''
    const codeOf = (canonicalRequest: string) => codesOf({ sent: request, answer: said({ canonicalRequest }) })[0]
    expect(codeOf(canonical.replace('PUT', 'POST'))).toBe('method-changed')
    expect(codeOf(canonical.replace('%252F', '%2F'))).toBe('path-encoded')
    expect(codeOf(canonical.replace('.png\n', '.png\nacl'))).toBe('query-changed')
    expect(codeOf(canonical.replace('text/plain', 'text/html'))).toBe('content-type-changed')
    expect(codeOf(canonical.replace('x-oss-meta-a:1', 'x-oss-meta-a:2'))).toBe('header-changed')
    expect(codeOf(canonical.replace('x-oss-meta-a:1\n', ''))).toBe('header-added')
  })

  test('a policy that was written again, cut, or mixed up', () => {
    const form = formBy(ossV1(CREDENTIAL))
    const policy = form.fields.get('policy') ?? ''
    const codeOf = (stringToSign: string) => codesOf({ sent: form, answer: said({ stringToSign }) })[0]
    const spaced = JSON.stringify(JSON.parse(Buffer.from(policy, 'base64').toString('utf8')), undefined, 1)
    const another = encodePolicy({ expiration: NOW, conditions: [eq('bucket', 'b')] })
    expect(codeOf(Buffer.from(spaced).toString('base64'))).toBe('policy-reencoded')
    expect(codeOf(another)).toBe('policy-changed')
    expect(codeOf(policy.replace(/^.{20}/, '$&\n'))).toBe('policy-line-breaks')
    expect(codeOf(`${policy.slice(0, 50)}…`)).toBeUndefined()
  })

  test("the application's own text is compared too", () => {
    const signed = used.replace('text/plain', '')
    const { comparisons, causes } = debug({ sent }, { signed, secret: 'x' })
    expect(comparisons[0]).toMatchObject({ names: ['needed', 'signed'], difference: { line: 3, column: 1 } })
    expect(causes[0]?.code).toBe('content-type-changed')
    const bad = requestWith(
      TYPE,
      url.replace(/Signature=.*/, `Signature=${encodeURIComponent(hmacSha1('sk', signed))}`),
    )
    expect(codesOf({ sent: bad }, { signed })).toContain('signed-other-text')
  })

  test('an error alone is judged by the text in it', () => {
    const signatureProvided = hmacSha1('sk\n', used)
    const answer = said({ code: 'SignatureDoesNotMatch', stringToSign: used, signatureProvided, accessKeyId: 'ak' })
    expect(codesOf({ answer })).toEqual(['secret-line-end'])
    expect(debugSignature({ answer: said({ code: 'NoSuchKey' }) }, { now: NOW }).rebuilt).toBeUndefined()
  })

  test('an error of a form names its scope in the policy', () => {
    const { fields } = formBy(ossV4(CREDENTIAL, 'cn-hangzhou'))
    const answer = said({ stringToSign: fields.get('policy'), signatureProvided: fields.get('x-oss-signature') })
    expect(debug({ answer }).verdict?.isRight).toBe(true)
  })
})

describe('what has nothing to do with the signature is told by its rule', () => {
  const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds)
  const form = formBy(ossV4(CREDENTIAL, 'cn-hangzhou'))
  const request = requestWith(signRequest(ADDRESS, TYPE, CREDENTIAL, V4, NOW), AT)

  test('another region than that of the address', () => {
    const beijing = formBy(ossV4(CREDENTIAL, 'cn-beijing'))
    expect(codesOf({ sent: beijing })).toEqual(['credential-region'])
  })

  test('a region that begins with "oss-"', () => {
    const scope = 'ak/20231203/oss-cn-hangzhou/oss/aliyun_v4_request'
    const fields = new Map([...form.fields, ['x-oss-credential', scope]])
    expect(codesOf({ sent: { ...form, fields } })).toContain('credential-region')
  })

  test('an expired policy and an old date', () => {
    expect(codesOf({ sent: form }, { now: later(3600_000) })).toEqual(['policy-expired'])
    expect(codesOf({ sent: form, at: later(3600_000) })).toEqual(['policy-expired'])
    expect(codesOf({ sent: form, answer: said({ serverTime: later(3600_000) }) })).toEqual(['policy-expired'])
    expect(codesOf({ sent: form }, { now: later(-16 * 60_000) })).toEqual(['date-ahead'])
  })

  test('a clock that is off', () => {
    expect(codesOf({ sent: request }, { now: later(15 * 60_000) })).toEqual([])
    expect(codesOf({ sent: request }, { now: later(15 * 60_000 + 1000) })).toEqual(['request-time-skewed'])
  })

  test('an expired URL, and one that the shell has cut', () => {
    const url = presignUrl(URL_OF_BUCKET, ADDRESS, {}, CREDENTIAL, { ...V4, expiresInSeconds: 60 }, NOW)
    expect(codesOf({ sent: requestWith({}, url) }, { now: later(61_000) })).toEqual(['request-expired'])
  })

  test('a condition that the form does not meet', () => {
    expect(codesOf({ sent: formBy(ossV4(CREDENTIAL, 'cn-hangzhou'), { key: 'other' }) })).toEqual(['policy-unmet'])
  })

  test('a policy that is no Base64', () => {
    const fields = new Map([...form.fields, ['policy', '{"expiration"']])
    expect(codesOf({ sent: { ...form, fields } })).toContain('policy-malformed')
  })

  test('a key that the store does not know, or that may not write there', () => {
    expect(codesOf({ sent: form, answer: said({ code: 'InvalidAccessKeyId' }) })).toEqual(['key-unknown'])
    const denied = said({
      code: 'AccessDenied',
      message: 'You have no right to access this object because of bucket acl.',
    })
    expect(codesOf({ sent: form, answer: denied })).toEqual(['key-may-not'])
  })

  test('a request that is not signed is none to debug', () => {
    expect(() => debug({ sent: requestWith({}, AT) })).toThrow('is not signed')
    expect(() => debug({ sent: { kind: 'form', url: undefined, fields: new Map() } })).toThrow('has no field "policy"')
  })

  test('conditions on the bucket and the type are not held against fields alone', () => {
    const policy = encodePolicy({
      expiration: later(60_000),
      conditions: [eq('bucket', 'b'), startsWith('content-type', 'image/'), fileSize(1, 2)],
    })
    const fields = new Map(
      Object.entries({ policy, ossaccesskeyid: 'ak', signature: hmacSha1('sk', policy), key: 'a' }),
    )
    expect(codesOf({ sent: { kind: 'form', url: undefined, fields } })).toEqual([])
  })
})
