import { expect, test } from 'vitest'
import { fileStore, freshKey, post, send, sendSigned, signed, testStore } from '../../../test/store-client.ts'
import { MAX_CORS_RULES, MAX_CORS_XML_BYTES } from '../../base/limits.ts'

/** docs/spec/object-api.md sections 5 and 6: buckets, their ACL, and what other origins may do. */

const store = await fileStore()
const ask = (method: string, target: string, body = '', headers: Record<string, string> = {}) =>
  sendSigned(store, { method, target, body, headers })

test('a bucket is made private, and to its owner making it again is no error', async () => {
  expect((await ask('PUT', '/fresh/')).status).toBe(200)
  expect((await ask('PUT', '/fresh/a', 'hello')).status).toBe(200)
  expect((await ask('PUT', '/fresh/')).status).toBe(200)
  expect((await ask('GET', '/fresh/a')).text).toBe('hello')
  expect((await ask('GET', '/fresh/?acl')).text).toContain('<Grant>private</Grant>')
})

test('making a bucket again with an ACL sets the ACL', async () => {
  await ask('PUT', '/again/', '', { 'x-oss-acl': 'public-read' })
  await ask('PUT', '/again/')
  expect((await ask('GET', '/again/?acl')).text).toContain('<Grant>public-read</Grant>')
  await ask('PUT', '/again/', '', { 'x-oss-acl': 'private' })
  expect((await ask('GET', '/again/?acl')).text).toContain('<Grant>private</Grant>')
})

const configuration = (storageClass: string, redundancy = 'LRS') =>
  '<?xml version="1.0"?><CreateBucketConfiguration>' +
  `<StorageClass>${storageClass}</StorageClass><DataRedundancyType>${redundancy}</DataRedundancyType>` +
  '</CreateBucketConfiguration>'

test.each([
  ['/Upper/', '', {}, 'InvalidBucketName'],
  ['/with_underscore/', '', {}, 'InvalidBucketName'],
  ['/other/', '', { 'x-oss-acl': 'open' }, 'InvalidArgument'],
  ['/other/', configuration('IA'), {}, 'NotImplemented'],
  ['/other/', configuration('standard'), {}, 'InvalidArgument'],
  ['/other/', configuration('Standard', 'ZRS'), {}, 'NotImplemented'],
  ['/other/', '', { 'x-oss-hns-status': 'enabled' }, 'NotImplemented'],
  ['/other/', '<Create', {}, 'MalformedXML'],
  ['/other/', '<Other/>', {}, 'MalformedXML'],
])('PUT %s with %j and %j is refused', async (target, body, headers, code) => {
  expect((await ask('PUT', target, body, headers)).error.get('Code')).toBe(code)
  expect((await ask('GET', '/other/?acl')).error.get('Code')).toBe('NoSuchBucket')
})

test('a bucket may be asked for with its configuration', async () => {
  expect((await ask('PUT', '/configured/', configuration('\n  Standard\n'))).status).toBe(200)
})

test('?location is oss- and the region', async () => {
  expect((await ask('GET', '/photos/?location')).text).toContain(
    '<LocationConstraint>oss-cn-hangzhou</LocationConstraint>',
  )
})

test('?acl opens and closes a bucket', async () => {
  await ask('PUT', '/door/', '')
  await ask('PUT', '/door/a', 'hello')
  const read = async () => (await send(store, { method: 'GET', target: '/door/a' })).status
  expect(await read()).toBe(403)
  expect((await ask('PUT', '/door/?acl', '', { 'x-oss-acl': 'public-read' })).status).toBe(200)
  expect(await read()).toBe(200)
  expect((await ask('PUT', '/door/?acl')).error.get('Code')).toBe('InvalidArgument')
})

test.each([
  ['PUT', '/new-bucket/'],
  ['GET', '/open/?location'],
  ['GET', '/open/?acl'],
  ['PUT', '/open/?acl'],
  ['GET', '/open/?cors'],
  ['PUT', '/open/?cors'],
  ['DELETE', '/open/?cors'],
])('%s %s wants a signature, however open the bucket is', async (method, target) => {
  const answer = await send(store, { method, target, headers: { 'x-oss-acl': 'public-read-write' } })
  expect(answer).toMatchObject({ status: 403 })
  expect(answer.error.get('Message')).toMatch(/^Anonymous user has no right to access this bucket\./)
})

test.each([
  ['GET', '/nowhere/a'],
  ['PUT', '/nowhere/a'],
  ['GET', '/nowhere/?acl'],
  ['PUT', '/nowhere/?acl'],
  ['OPTIONS', '/nowhere/'],
])('%s %s: there is no such bucket', async (method, target) => {
  const headers = { 'x-oss-acl': 'private', origin: 'https://a.example', 'access-control-request-method': 'GET' }
  const answer = await ask(method, target, '', headers)
  expect(answer.status).toBe(404)
  expect(Object.fromEntries(answer.error)).toMatchObject({ Code: 'NoSuchBucket', BucketName: 'nowhere' })
})

// Section 6: CORS

const rule = (inner: string) => `<CORSRule>${inner}</CORSRule>`
const corsXml = (...rules: string[]) =>
  `<?xml version="1.0"?>\n<CORSConfiguration>${rules.join('')}</CORSConfiguration>`
const SIMPLE = rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>POST</AllowedMethod>')

test('rules come back as they were given, and go away', async () => {
  await ask('PUT', '/ruled/')
  expect((await ask('GET', '/ruled/?cors')).error.get('Code')).toBe('NoSuchCORSConfiguration')
  const inner =
    '<AllowedOrigin>https://*.example</AllowedOrigin><AllowedOrigin>http://a</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>' +
    '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds>'
  expect((await ask('PUT', '/ruled/?cors', corsXml(rule(inner), SIMPLE))).status).toBe(200)
  const { text } = await ask('GET', '/ruled/?cors')
  expect(text).toContain(`${rule(inner)}${SIMPLE}<ResponseVary>false</ResponseVary>`)
  expect((await ask('DELETE', '/ruled/?cors')).status).toBe(204)
  expect((await ask('DELETE', '/ruled/?cors')).status).toBe(204)
  expect((await ask('GET', '/ruled/?cors')).error.get('Code')).toBe('NoSuchCORSConfiguration')
})

const origin = '<AllowedOrigin>*</AllowedOrigin>'
const method = '<AllowedMethod>GET</AllowedMethod>'

test.each([
  ['nothing', '', 'MalformedXML'],
  ['no rule', corsXml(), 'MalformedXML'],
  ['another root', '<Cors/>', 'MalformedXML'],
  ['an open element', '<CORSConfiguration><CORSRule>', 'MalformedXML'],
  ['a DOCTYPE', `<!DOCTYPE a [<!ENTITY b "c">]>${corsXml(SIMPLE)}`, 'MalformedXML'],
  ['names that JavaScript keeps', corsXml(rule(`${origin}${method}<__proto__>1</__proto__>`)), 'MalformedXML'],
  ['no end of nesting', `${'<a>'.repeat(2000)}${'</a>'.repeat(2000)}`, 'MalformedXML'],
  ['no origin', corsXml(rule(method)), 'MalformedXML'],
  ['no method', corsXml(rule(origin)), 'MalformedXML'],
  ['an unknown method', corsXml(rule(`${origin}<AllowedMethod>PATCH</AllowedMethod>`)), 'MalformedXML'],
  ['two stars', corsXml(rule(`<AllowedOrigin>*.*</AllowedOrigin>${method}`)), 'MalformedXML'],
  ['an exposed star', corsXml(rule(`${origin}${method}<ExposeHeader>*</ExposeHeader>`)), 'MalformedXML'],
  ['a line end in a header', corsXml(rule(`${origin}${method}<ExposeHeader>a\r\nb: c</ExposeHeader>`)), 'MalformedXML'],
  ['an escaped line end', corsXml(rule(`${origin}${method}<ExposeHeader>a&#13;&#10;b</ExposeHeader>`)), 'MalformedXML'],
  ['an age that is none', corsXml(rule(`${origin}${method}<MaxAgeSeconds>1e3</MaxAgeSeconds>`)), 'MalformedXML'],
  ['an element for a text', corsXml(rule(`<AllowedOrigin><a/></AllowedOrigin>${method}`)), 'MalformedXML'],
  ['21 rules', corsXml(...Array.from({ length: MAX_CORS_RULES + 1 }, () => SIMPLE)), 'CORSRuleBeyondLimit'],
  ['over 16 KB', corsXml(SIMPLE).padEnd(MAX_CORS_XML_BYTES + 1), 'CORSRuleBeyondLimit'],
])('%s is no CORS configuration', async (_, xml, code) => {
  expect((await ask('PUT', '/photos/?cors', xml)).error.get('Code')).toBe(code)
  expect((await ask('GET', '/photos/?cors')).error.get('Code')).toBe('NoSuchCORSConfiguration')
})

test('20 rules and 16 KB are a CORS configuration', async () => {
  await ask('PUT', '/most/')
  const most = corsXml(...Array.from({ length: MAX_CORS_RULES }, () => SIMPLE)).padEnd(MAX_CORS_XML_BYTES)
  expect((await ask('PUT', '/most/?cors', most)).status).toBe(200)
})

const RULES = [
  {
    origins: ['https://app.example'],
    methods: ['POST'],
    headers: ['x-oss-*'],
    exposed: ['ETag', 'x-oss-request-id'],
    maxAgeSeconds: 60,
  },
  { origins: ['https://*.wild.example'], methods: ['GET', 'POST'], headers: [], exposed: [] },
  { origins: ['*'], methods: ['GET'], headers: ['*'], exposed: [] },
]
await store.createBucket('cross', { acl: 'public-read-write', cors: { rules: RULES, varyAlways: false } })
const preflight = (from: string, asked: string, headers?: string, bucket = 'cross') =>
  send(store, {
    method: 'OPTIONS',
    target: `/${bucket}/any`,
    headers: {
      origin: from,
      'access-control-request-method': asked,
      ...(headers !== undefined && { 'access-control-request-headers': headers }),
    },
  })

test('a preflight is answered by the first rule that allows origin, method and all the headers', async () => {
  const answer = await preflight('https://app.example', 'POST', 'X-OSS-Date, x-oss-user-agent')
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'x-oss-date, x-oss-user-agent',
    'access-control-expose-headers': 'ETag, x-oss-request-id',
    'access-control-max-age': '60',
    vary: 'Origin',
  })
  const any = await preflight('https://elsewhere.example', 'GET', 'authorization')
  expect(any.headers['access-control-allow-origin']).toBe('*')
  expect(any.headers['vary']).toBeUndefined()
})

test.each([
  ['https://app.example', 'PUT', undefined],
  ['https://app.example', 'POST', 'x-oss-date, authorization'],
  ['https://app.example.evil', 'POST', undefined],
  ['https://evil-app.example', 'POST', undefined],
  ['https://.wild.example.evil', 'POST', undefined],
  ['https://wild.example', 'POST', undefined],
  ['null', 'POST', undefined],
])('a preflight from %s for %s with %s is forbidden, without CORS headers', async (from, asked, headers) => {
  const answer = await preflight(from, asked, headers)
  expect(answer.status).toBe(403)
  expect(answer.error.get('Code')).toBe('AccessForbidden')
  expect(answer.error.get('Message')).toMatch(/^CORSResponse: This CORS request is not allowed\./)
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})

test('a bucket without rules forbids every preflight', async () => {
  expect((await preflight('https://app.example', 'POST', undefined, 'open')).status).toBe(403)
})

test.each([
  [{}, 'Insufficient information. Origin request header needed.'],
  [{ origin: 'https://app.example' }, 'Insufficient information. Request Access-Control-Request-Method header needed.'],
])('a preflight with %j alone is insufficient', async (headers, message) => {
  const answer = await send(store, { method: 'OPTIONS', target: '/cross/', headers })
  expect(answer.status).toBe(400)
  expect(answer.error.get('Message')).toBe(message)
})

test('what a page of an allowed origin sends is answered with CORS headers, a refusal too', async () => {
  const headers = { origin: 'https://a.wild.example' }
  const stored = await post(store, { key: freshKey() }, { bucket: 'cross', headers })
  const refused = await post(store, { key: '' }, { bucket: 'cross', headers })
  const missing = await send(store, { method: 'GET', target: '/cross/nothing', headers })
  expect([stored.status, refused.status, missing.status]).toEqual([204, 400, 404])
  for (const answer of [stored, refused, missing])
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://a.wild.example', vary: 'Origin' })
})

test('what a page of another origin sends is done all the same, without CORS headers', async () => {
  const answer = await post(store, { key: freshKey() }, { bucket: 'cross', headers: { origin: 'https://b.example' } })
  expect(answer.status).toBe(204)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test('with ResponseVary every answer varies by origin', async () => {
  const rules = [{ origins: ['*'], methods: ['GET'], headers: [], exposed: [] }]
  await store.createBucket('varied', { acl: 'public-read', cors: { rules, varyAlways: true } })
  expect((await send(store, { method: 'GET', target: '/varied/a' })).headers['vary']).toBe('Origin')
})

test('rules are set from the program too, and checked there', async () => {
  const own = await testStore()
  await own.setCors('photos', { rules: RULES, varyAlways: false })
  await expect(own.setCors('nowhere', { rules: RULES, varyAlways: false })).rejects.toThrow(TypeError)
  await expect(own.setCors('photos', { rules: [], varyAlways: false })).rejects.toThrow(TypeError)
  await expect(own.createBucket('No')).rejects.toThrow(TypeError)
  const fields = signed({ key: 'a' })
  const answer = await post(own, fields, { headers: { origin: 'https://app.example' } })
  expect(answer.headers['access-control-expose-headers']).toBe('ETag, x-oss-request-id')
})
