import { createHash } from 'node:crypto'
import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import {
  type Answer,
  CREDENTIAL,
  fileStore,
  freshKey,
  kept,
  send,
  sendSigned,
  testStore,
} from '../../../test/store-client.ts'
import { MAX_DELETE_XML_BYTES, MAX_DELETED_KEYS } from '../../base/limits.ts'
import { text } from '../../base/xml.ts'

/** docs/spec/object-api.md section 5: DeleteMultipleObjects. */

const store = await fileStore()

const md5 = (body: string) => createHash('md5').update(body).digest('base64')
const object = (key: string) => `<Object><Key>${key}</Key></Object>`
const listOf = (objects: readonly string[], quiet = '') => `<Delete>${quiet}${objects.join('')}</Delete>`

async function remove(
  body: string,
  headers: Record<string, string> = {},
  target = '/photos/?delete',
  from = store,
): Promise<Answer> {
  return await sendSigned(from, { method: 'POST', target, body, headers: { 'content-md5': md5(body), ...headers } })
}

async function put(key: string, bucket = 'photos', headers: Record<string, string> = {}): Promise<string> {
  const target = `/${bucket}/${encodeURIComponent(key)}`
  expect((await sendSigned(store, { method: 'PUT', target, body: 'hello', headers })).status).toBe(200)
  return key
}

test('objects are deleted, and those that are absent count as deleted', async () => {
  const [one, two, absent] = [await put(freshKey()), await put(freshKey()), freshKey()]
  const answer = await remove(listOf([one, two, absent].map(object)))
  expect(answer.status).toBe(200)
  expect(answer.text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>' +
      [one, two, absent].map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join('') +
      '</DeleteResult>',
  )
  expect([await kept(store, one), await kept(store, two)]).toEqual([undefined, undefined])
})

test('asked to be quiet, the store answers without a body', async () => {
  const key = await put(freshKey())
  const answer = await remove(listOf([object(key)], '<Quiet>true</Quiet>'))
  expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0'])
  expect(await kept(store, key)).toBeUndefined()
})

test.each(['<Quiet>false</Quiet>', '<Quiet> false\n</Quiet>', '<Quiet/>'])('%j is not quiet', async (quiet) => {
  expect((await remove(listOf([object('absent')], quiet))).text).toContain('<Key>absent</Key>')
})

test('a key named twice is told twice', async () => {
  const key = await put(freshKey())
  expect((await remove(listOf([object(key), object(key)]))).text.split('<Deleted>').length - 1).toBe(2)
})

test.each([
  ['markup', '<a> & "b" \'c\'', text('<a> & "b" \'c\'')],
  ["Go's references", '"\'&', '&#34;&#39;&amp;'],
  ["Java's references", 'a\rb\tc', 'a&#x000D;b&#x0009;c'],
  ["Python's references", 'a\tb', 'a&#09;b'],
  ['spaces around it', ' a\n', ' a\n'],
  ['percent signs, which stay', 'a%2Fb', 'a%2Fb'],
  ['a character beyond the others', '😀', '&#x1F600;'],
])('a key with %s is the one that is deleted', async (_, key, written) => {
  await put(key)
  expect((await remove(listOf([object(written)]))).status).toBe(200)
  expect(await kept(store, key)).toBeUndefined()
})

test('encoding-type=url encodes the keys of the answer, not those of the request', async () => {
  const key = await put('ctrl/\x01 +%41')
  const answer = await remove(listOf([object('ctrl/&#1; +%41')]), {}, '/photos/?delete&encoding-type=url')
  expect(answer.text).toContain('<EncodingType>url</EncodingType><Deleted><Key>ctrl%2F%01%20%2B%2541</Key></Deleted>')
  expect(await kept(store, key)).toBeUndefined()
})

test('a key that the answer cannot hold is refused before anything is deleted', async () => {
  const [plain, control] = [await put(freshKey()), await put('ctrl/\x02')]
  const answer = await remove(listOf([object(plain), object('ctrl/&#2;')]))
  expect([answer.status, answer.error.get('Code')]).toEqual([400, 'InvalidArgument'])
  expect(XMLValidator.validate(answer.text)).toBe(true)
  expect((await kept(store, plain))?.text).toBe('hello')
  expect((await kept(store, control))?.text).toBe('hello')
})

test(`${MAX_DELETED_KEYS} objects are deleted at once`, async () => {
  const keys = Array.from({ length: MAX_DELETED_KEYS }, freshKey)
  await Promise.all(keys.map((key) => put(key)))
  expect((await remove(listOf(keys.map(object)))).status).toBe(200)
  const listing = await sendSigned(store, { method: 'GET', target: '/photos/?prefix=key-&max-keys=1000' })
  for (const key of keys) expect(listing.text).not.toContain(`<Key>${key}</Key>`)
})

const VICTIM = 'victim.txt'
const many = (count: number) => Array.from({ length: count }, () => object(VICTIM))

test.each<[what: string, body: string, code: string, ec?: string]>([
  ['one object more', listOf(many(MAX_DELETED_KEYS + 1)), 'MalformedXML', '0016-00000609'],
  ['no object', listOf([]), 'MalformedXML', '0016-00000615'],
  ['no body', '', 'MalformedXML', '0016-00000615'],
  ['an object without a key', listOf([object(VICTIM), '<Object/>']), 'MalformedXML', '0016-00000613'],
  [
    'an object with two',
    listOf([`<Object><Key>${VICTIM}</Key><Key>b</Key></Object>`]),
    'MalformedXML',
    '0016-00000613',
  ],
  ['an empty key', listOf([object(VICTIM), object('')]), 'InvalidObjectName'],
  ['a key that begins with a slash', listOf([object(VICTIM), object('/a')]), 'InvalidObjectName'],
  ['a key that is too long', listOf([object(VICTIM), object('x'.repeat(1024))]), 'InvalidObjectName'],
  ['another root', `<BatchDelete>${object(VICTIM)}</BatchDelete>`, 'MalformedXML'],
  ['an open element', `<Delete>${object(VICTIM)}`, 'MalformedXML'],
  ['a DOCTYPE', `<!DOCTYPE a [<!ENTITY b "c">]>${listOf([object('&b;')])}`, 'MalformedXML'],
  ['a reference to nothing', listOf([object(VICTIM), object('&nbsp;')]), 'MalformedXML'],
  ['half a character', listOf([object(VICTIM), object('&#xD83D;')]), 'MalformedXML'],
  ['CDATA', listOf([object(`<![CDATA[${VICTIM}]]>`)]), 'MalformedXML'],
  ['a crowd of small elements', `<Delete>${object(VICTIM)}${'<a/>'.repeat(10_000)}</Delete>`, 'MalformedXML'],
  ['an element in a key', listOf([object(`<b>${VICTIM}</b>`)]), 'MalformedXML'],
  ['a strange Quiet', listOf([object(VICTIM)], '<Quiet>test</Quiet>'), 'MalformedXML'],
  ['a version', listOf([`<Object><Key>${VICTIM}</Key><VersionId>1</VersionId></Object>`]), 'NotImplemented'],
])('%s: refused, and nothing is deleted', async (_, body, code, ec) => {
  await put(VICTIM)
  const answer = await remove(body)
  expect(answer.error.get('Code')).toBe(code)
  expect(answer.error.get('EC')).toBe(ec)
  expect((await kept(store, VICTIM))?.text).toBe('hello')
})

test.each<[what: string, headers: Record<string, string>, target: string, status: number, code: string]>([
  ['with a wrong Content-MD5', { 'content-md5': md5('other') }, '/photos/?delete', 400, 'InvalidDigest'],
  ['with a malformed Content-MD5', { 'content-md5': 'abc' }, '/photos/?delete', 400, 'InvalidDigest'],
  ['without Content-Length', { 'content-length': '' }, '/photos/?delete', 411, 'MissingContentLength'],
  ['with a version', {}, '/photos/?delete&versionId=1', 501, 'NotImplemented'],
  ['with url2', {}, '/photos/?delete&encoding-type=url2', 501, 'NotImplemented'],
  ['in no bucket', {}, '/nowhere/?delete', 404, 'NoSuchBucket'],
])('%s: refused, and nothing is deleted', async (_, headers, target, status, code) => {
  await put(VICTIM)
  const answer = await remove(listOf([object(VICTIM)]), headers, target)
  expect([answer.status, answer.error.get('Code')]).toEqual([status, code])
  expect((await kept(store, VICTIM))?.text).toBe('hello')
})

test('without Content-MD5: refused, and nothing is deleted', async () => {
  await put(VICTIM)
  const sent = { method: 'POST', target: '/photos/?delete', body: listOf([object(VICTIM)]) }
  const answer = await sendSigned(store, sent)
  expect(Object.fromEntries(answer.error)).toMatchObject({ Code: 'MissingArgument', EC: '0016-00000606' })
  expect((await kept(store, VICTIM))?.text).toBe('hello')
})

test('a list of 2 MB is read, and a byte more is not', async () => {
  const start = `<Delete>${object('absent')}<!--`
  const filled = (bytes: number) => `${start.padEnd(bytes - '--></Delete>'.length, ' ')}--></Delete>`
  expect((await remove(filled(MAX_DELETE_XML_BYTES))).status).toBe(200)
  expect((await remove(filled(MAX_DELETE_XML_BYTES + 1))).error.get('Code')).toBe('MalformedXML')
})

test('unsigned, objects are deleted from an open bucket', async () => {
  const key = await put(freshKey(), 'open')
  const body = listOf([object(key)])
  const headers = { 'content-md5': md5(body) }
  expect((await send(store, { method: 'POST', target: '/open/?delete', body, headers })).status).toBe(200)
  expect(await kept(store, key, 'open')).toBeUndefined()
})

test('one object that may not be deleted keeps them all', async () => {
  const open = await put(freshKey(), 'open')
  const closed = await put(freshKey(), 'open', { 'x-oss-object-acl': 'private' })
  const body = listOf([object(open), object(closed)])
  const headers = { 'content-md5': md5(body) }
  const answer = await send(store, { method: 'POST', target: '/open/?delete', body, headers })
  expect([answer.status, answer.error.get('Code')]).toEqual([403, 'AccessDenied'])
  expect((await kept(store, open, 'open'))?.text).toBe('hello')
  expect((await kept(store, closed, 'open'))?.text).toBe('hello')
})

test('whom the bucket is closed to cannot make the store read a list', async () => {
  let isRead = false
  async function* body() {
    isRead = true
    yield Buffer.from('<Delete>')
  }
  const headers = { 'content-md5': md5(''), 'content-length': '8' }
  const answer = await send(store, { method: 'POST', target: '/shown/?delete', body: body(), headers })
  expect([answer.status, answer.error.get('Code'), isRead]).toEqual([403, 'AccessDenied', false])
})

test('a key deletes many where its policy lets it delete each', async () => {
  const Statement = [
    { Effect: 'Allow', Action: ['oss:PutObject', 'oss:GetObject'], Resource: ['acs:oss:*:*:photos/*'] },
    { Effect: 'Allow', Action: ['oss:DeleteObject'], Resource: ['acs:oss:*:*:photos/own/*'] },
  ]
  const own = await testStore({ credentials: [{ ...CREDENTIAL, policy: { Version: '1', Statement } }] })
  for (const target of ['/photos/own/a', '/photos/own/b', '/photos/other'])
    await sendSigned(own, { method: 'PUT', target, body: 'hello' })
  const refused = await remove(listOf(['own/a', 'other'].map(object)), {}, '/photos/?delete', own)
  expect([refused.status, refused.error.get('AuthAction')]).toEqual([403, 'oss:DeleteObject'])
  expect((await kept(own, 'own/a'))?.text).toBe('hello')
  expect((await remove(listOf(['own/a', 'own/b'].map(object)), {}, '/photos/?delete', own)).status).toBe(200)
  expect([await kept(own, 'own/a'), await kept(own, 'own/b')]).toEqual([undefined, undefined])
})
