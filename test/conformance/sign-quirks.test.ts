import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { type SignedCall, sendAs, signedAs } from '../sign-as.ts'
import { CREDENTIAL, fileStore, kept, NOW, send } from '../store-client.ts'

/** Signed requests in the shapes that the clients of docs/spec/clients.md give them, through the store's handler. */

const store = await fileStore({ region: 'oss-cn-hangzhou', cnames: { 'Files.example.com': 'photos' } })
const DATE = NOW.toUTCString()

/** V1 by hand, as an SDK does it: the text is built here, from nothing of ours. */
function v1(method: string, resource: string, date: string, headers: Readonly<Record<string, string>> = {}): string {
  const oss = Object.keys(headers)
    .filter((name) => name.startsWith('x-oss-'))
    .toSorted()
  const lines = oss.map((name) => `${name}:${headers[name]}\n`).join('')
  const text = `${method}\n\n${headers['content-type'] ?? ''}\n${date}\n${lines}${resource}`
  return `OSS ${CREDENTIAL.accessKeyId}:${createHmac('sha1', CREDENTIAL.accessKeySecret).update(text).digest('base64')}`
}

const PUTS: [string, string, string, string][] = [
  // client, Host, target, key
  ['ali-oss with a name and sldEnable', 'localhost:9000', '/photos/dir/a.png', 'dir/a.png'],
  [
    'ali-oss with an address: the bucket in a host made up',
    'photos.oss-cn-hangzhou.aliyuncs.com',
    '/dir/b.png',
    'dir/b.png',
  ],
  [
    'ali-oss with an address and sldEnable: the bucket twice',
    'photos.oss-cn-hangzhou.aliyuncs.com',
    '/photos/c.png',
    'c.png',
  ],
  ["a key that begins with its bucket's name", 'photos.oss-cn-hangzhou.aliyuncs.com', '/photos/d.png', 'photos/d.png'],
  ['ali-oss in host style, with a port', 'photos.localhost:9000', '/e.png', 'e.png'],
  ['ali-oss with cname', 'files.example.com:9000', '/f.png', 'f.png'],
  ['oss2: the slash encoded', '127.0.0.1:9000', '/photos/dir%2Fg.png', 'dir/g.png'],
  ['a host in capitals', 'PHOTOS.OSS-CN-HANGZHOU.ALIYUNCS.COM', '/h.png', 'h.png'],
  ['a bare IPv6 address', '[::1]:9000', '/photos/i.png', 'i.png'],
  ['a plus, which is no space in a path', '127.0.0.1:9000', '/photos/a+b.png', 'a+b.png'],
  ['a plus, encoded', '127.0.0.1:9000', '/photos/a%2Bc.png', 'a+c.png'],
  ['a percent sign', '127.0.0.1:9000', '/photos/100%25.png', '100%.png'],
  ['an encoded percent sign, decoded once', '127.0.0.1:9000', '/photos/a%252Fb', 'a%2Fb'],
  ['Chinese', '127.0.0.1:9000', '/photos/%E7%85%A7%E7%89%87', '照片'],
  ['marks that some encode and some do not', '127.0.0.1:9000', "/photos/it's(1)!~*", "it's(1)!~*"],
  ['the same marks encoded', '127.0.0.1:9000', '/photos/it%27s%282%29%21%7E%2A', "it's(2)!~*"],
]

test.each(PUTS)('V1: %s', async (_, host, target, key) => {
  for (const dates of [
    { date: DATE },
    { 'x-oss-date': DATE },
    { 'x-oss-date': DATE, date: 'Thu, 01 Jan 1970 00:00:00 GMT' },
  ]) {
    const authorization = v1('PUT', `/photos/${key}`, DATE, dates)
    expect(
      (await send(store, { method: 'PUT', target, headers: { host, ...dates, authorization }, body: key })).status,
    ).toBe(200)
  }
  expect((await kept(store, key))?.text).toBe(key)
})

test.each(PUTS)('V4: %s', async (_, host, target, key) => {
  const { headers } = signedAs(CREDENTIAL, { method: 'PUT', bucket: 'photos', key })
  const { authorization = '' } = headers
  for (const text of [authorization, authorization.replaceAll(',', ', ')]) {
    const sent = { method: 'PUT', target, headers: { ...headers, host, authorization: text }, body: `${key} of V4` }
    expect((await send(store, sent)).status).toBe(200)
  }
  expect((await kept(store, key))?.text).toBe(`${key} of V4`)
})

test('V4 dated by Date alone, by both, and the one of x-oss-date counts', async () => {
  const call = { method: 'PUT', bucket: 'photos', key: 'dated' }
  const both = signedAs(CREDENTIAL, call)
  const sent = (date: string) => send(store, { ...both, headers: { ...both.headers, date } })
  expect((await sent(DATE)).status).toBe(200)
  expect((await sent('Thu, 01 Jan 1970 00:00:00 GMT')).status).toBe(200)
})

test.each([
  '.oss-cn-hangzhou.aliyuncs.com',
  'undefined.oss-cn-hangzhou.aliyuncs.com',
  'oss-cn-hangzhou.aliyuncs.com',
  '127.0.0.1',
])('the host %s names no bucket', async (host) => {
  const listed = await send(store, {
    method: 'GET',
    target: '/',
    headers: { host, date: DATE, authorization: v1('GET', '/', DATE) },
  })
  expect(listed.status).toBe(200)
  expect(listed.text).toContain('<Name>photos</Name>')
  const { headers } = signedAs(CREDENTIAL, { method: 'PUT', bucket: 'photos', key: 'in-path' })
  expect((await send(store, { method: 'PUT', target: '/photos/in-path', headers: { ...headers, host } })).status).toBe(
    200,
  )
})

test('?acl and ?acl= are one, in both schemes', async () => {
  for (const scheme of ['oss-v1', 'oss-v4'] as const) {
    const call: SignedCall = { method: 'GET', bucket: 'photos', query: [['acl', '']], scheme }
    const { target, ...request } = signedAs(CREDENTIAL, call)
    expect(target).toBe('/photos/?acl')
    for (const same of [target, `${target}=`])
      expect((await send(store, { ...request, target: same })).status).toBe(200)
  }
})

test('the signing region is cn-hangzhou, whether the store was opened with oss-cn-hangzhou or not', () => {
  expect(store.region).toBe('cn-hangzhou')
})

test('every answer has a request id and a date; a clock that is off is told the time', async () => {
  const late = new Date(NOW.getTime() - 20 * 60_000)
  const { headers, error } = await sendAs(store, CREDENTIAL, { method: 'GET', bucket: 'photos', key: 'a', at: late })
  expect(headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/)
  expect(headers['date']).toBe(DATE)
  expect(Object.fromEntries(error)).toMatchObject({ Code: 'RequestTimeTooSkewed', ServerTime: NOW.toISOString() })
})
