import { expect, test } from 'vitest'
import { fileStore, freshKey, kept, post, sendSigned, signed } from '../../../test/store-client.ts'
import { initiate } from '../upload/upload.fixture.ts'
import { application, encoded, variable } from './application.fixture.ts'

/** docs/spec/callback.md, sections 1, 2, 3 and 7: each row of the table of parameters, refused before anything is stored. */

const store = await fileStore({ callbacks: { allow: ['loopback'] } })

const URL_ = 'http://127.0.0.1:9/'
const VALID = { callbackUrl: URL_, callbackBody: 'a=b' }
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')

const NOT_BASE64 = 'The callback configuration is not base64 encoded.'
const NOT_JSON = 'The callback configuration is not json format.'
const BAD_URL = 'The callback url configuration is invalid.'
const TOO_MANY = 'The number of callback url exceed max value.'
const BAD_HOST = 'The callback host configuration is invalid.'
const PRIVATE = 'Private address is forbidden to callback.'
const NO_IP = 'Can not get ip by this host.'
const EMPTY_BODY = 'The callback body is empty.'
const BAD_BODY = 'The callback body is invalid.'
const BAD_TYPE = 'The callback body type configuration is invalid.'
const TOO_LONG = 'The length of callback exceed max value.'

const CALLBACKS: readonly (readonly [what: string, callback: string | object, message: string])[] = [
  ['no Base64', '{}', NOT_BASE64],
  ['Base64 of the URL kind', 'eyJhIjoi_-8ifQ==', NOT_BASE64],
  ['bytes that are no UTF-8', base64(new Uint8Array([0xff, 0xfe, 0xfd])), NOT_BASE64],
  ['no JSON', base64('callbackUrl=a'), NOT_JSON],
  ['a list', base64('[]'), NOT_JSON],
  ['null', base64('null'), NOT_JSON],
  ['callbackSNI as a text', { ...VALID, callbackSNI: 'true' }, NOT_JSON],

  ['a URL that is no text', { ...VALID, callbackUrl: 1 }, BAD_URL],
  ['another scheme', { ...VALID, callbackUrl: 'ftp://127.0.0.1/' }, BAD_URL],
  ['a file', { ...VALID, callbackUrl: 'file:///etc/passwd' }, BAD_URL],
  ['a port of 0', { ...VALID, callbackUrl: 'http://127.0.0.1:0/' }, BAD_URL],
  ['a port over 65535', { ...VALID, callbackUrl: 'http://127.0.0.1:65536/' }, BAD_URL],
  ['a port that is none', { ...VALID, callbackUrl: 'http://127.0.0.1:http/' }, BAD_URL],
  ['an empty port', { ...VALID, callbackUrl: 'http://127.0.0.1:/' }, BAD_URL],
  ['no host', { ...VALID, callbackUrl: 'http:///path' }, BAD_URL],
  ['IPv6', { ...VALID, callbackUrl: 'http://[::1]:9/' }, BAD_URL],
  ['IPv4 in IPv6', { ...VALID, callbackUrl: 'http://[::ffff:127.0.0.1]/' }, BAD_URL],
  ['a user', { ...VALID, callbackUrl: 'http://user:pass@127.0.0.1/' }, BAD_URL],
  ['a host beyond ASCII', { ...VALID, callbackUrl: 'http://bücher.example/' }, BAD_URL],
  ['a path beyond ASCII', { ...VALID, callbackUrl: `${URL_}ü` }, BAD_URL],
  ['a space', { ...VALID, callbackUrl: `${URL_}a b` }, BAD_URL],
  ['a line end in its path', { ...VALID, callbackUrl: `${URL_}a\r\nX-Evil: 1` }, BAD_URL],
  ['a line end in its host', { ...VALID, callbackUrl: 'http://127.0.0.1\r\nX-Evil: 1/' }, BAD_URL],
  ['a fragment', { ...VALID, callbackUrl: `${URL_}#a` }, BAD_URL],
  ['a "%" that encodes nothing', { ...VALID, callbackUrl: `${URL_}%zz` }, BAD_URL],
  ['a path that is no UTF-8', { ...VALID, callbackUrl: `${URL_}%ff` }, BAD_URL],
  ['a URL that is empty among others', { ...VALID, callbackUrl: `${URL_};` }, BAD_URL],
  ['six URLs', { ...VALID, callbackUrl: Array(6).fill(URL_).join(';') }, TOO_MANY],

  ['a host with a path', { ...VALID, callbackHost: 'a.example/b' }, BAD_HOST],
  ['a host with a line end', { ...VALID, callbackHost: 'a.example\r\nX-Evil: 1' }, BAD_HOST],
  ['a host that is no text', { ...VALID, callbackHost: 1 }, BAD_HOST],
  ['a host in IPv6', { ...VALID, callbackHost: '[::1]' }, BAD_HOST],

  ['an address that may not be called', { ...VALID, callbackUrl: 'http://10.0.0.1/' }, PRIVATE],
  ['one such among others', { ...VALID, callbackUrl: `${URL_};http://10.0.0.1/` }, PRIVATE],
  ['a host without an address', { ...VALID, callbackUrl: 'http://none.invalid/' }, NO_IP],

  ['no body', { callbackUrl: URL_ }, EMPTY_BODY],
  ['an empty body', { ...VALID, callbackBody: '' }, EMPTY_BODY],
  ['a body that is no text', { ...VALID, callbackBody: {} }, BAD_BODY],
  ['a variable in round brackets', { ...VALID, callbackBody: 'key=$(object)' }, BAD_BODY],
  ['a variable that does not end', { ...VALID, callbackBody: '${' }, BAD_BODY],
  ['a variable without a name', { ...VALID, callbackBody: variable('') }, BAD_BODY],
  ['a variable within one', { ...VALID, callbackBody: variable(variable('a')) }, BAD_BODY],
  ['a variable in capitals', { ...VALID, callbackBody: variable('x:A') }, BAD_BODY],
  ['a body that is no JSON', { ...VALID, ...asJson('{"a":') }, BAD_BODY],
  ['quotes round a variable', { ...VALID, ...asJson(`{"a":"${variable('object')}"}`) }, BAD_BODY],

  ['another type', { ...VALID, callbackBodyType: 'text/plain' }, BAD_TYPE],
  ['a type with parameters', { ...VALID, callbackBodyType: 'application/json; charset=utf-8' }, BAD_TYPE],
  ['a type in capitals', { ...VALID, callbackBodyType: 'Application/JSON' }, BAD_TYPE],
  ['a type with a line end', { ...VALID, callbackBodyType: 'application/json\r\nX-Evil: 1' }, BAD_TYPE],
  ['a type that is no text', { ...VALID, callbackBodyType: 1 }, BAD_TYPE],
]

function asJson(callbackBody: string): object {
  return { callbackBody, callbackBodyType: 'application/json' }
}

test.each(CALLBACKS)('%s is refused, and nothing is stored', async (_, callback, message) => {
  const text = typeof callback === 'string' ? callback : encoded(callback)
  const key = freshKey()
  const headers = { 'x-oss-callback': text, 'content-length': '5' }
  const put = await sendSigned(store, { method: 'PUT', target: `/photos/${key}`, headers, body: unread() })
  const form = await post(store, signed({ key, callback: text }))
  for (const { status, error } of [put, form]) {
    expect(error.get('Message')).toMatch(new RegExp(`^${message.replaceAll('.', '\\.')}`))
    expect({ status, code: error.get('Code') }).toEqual({ status: 400, code: 'InvalidArgument' })
  }
  expect(await kept(store, key)).toBeUndefined()
})

const VARIABLES: readonly (readonly [what: string, text: string])[] = [
  ['no Base64', '{}'],
  ['no JSON', base64('x:a=b')],
  ['a list', base64('["x:a"]')],
  ['a number', encoded({ 'x:a': 1 })],
  ['a variable without x:', encoded({ a: 'b' })],
  ['a variable without a name', encoded({ 'x:': 'b' })],
  ['a variable in capitals', encoded({ 'x:A': 'b' })],
  ['X: in capitals', encoded({ 'X:a': 'b' })],
]

test.each(VARIABLES)('%s as variables is refused, and nothing is stored', async (_, text) => {
  const key = freshKey()
  const headers = { 'x-oss-callback': encoded(VALID), 'x-oss-callback-var': text }
  const { status, error } = await sendSigned(store, { method: 'PUT', target: `/photos/${key}`, headers, body: 'hello' })
  expect(error.get('Message')).toMatch(/^The callback var is not expecten json\./)
  expect(status).toBe(400)
  expect(await kept(store, key)).toBeUndefined()
})

test('what was wrong stands in the error: its name and, decoded, its value', async () => {
  const headers = { 'x-oss-callback': base64('{"a"') }
  const { error } = await sendSigned(store, { method: 'PUT', target: `/photos/${freshKey()}`, headers })
  expect(Object.fromEntries(error)).toMatchObject({ ArgumentName: 'callback', ArgumentValue: '{"a"' })
  const empty = { 'x-oss-callback': encoded({ callbackUrl: URL_, callbackBody: '' }) }
  const second = await sendSigned(store, { method: 'PUT', target: `/photos/${freshKey()}`, headers: empty })
  expect(second.error.get('EC')).toBe('0007-00000011')
})

test('callback and variables have 5 KB of Base64 each; a form’s callback is not held to that', async () => {
  const app = await application()
  const json = JSON.stringify({ callbackUrl: app.url, callbackBody: 'a=b' })
  const ofLength = (text: string, characters: number) => base64(text.padEnd((characters / 4) * 3))
  const fits = { 'x-oss-callback': ofLength(json, 5120), 'x-oss-callback-var': ofLength('{"x:a":"b"}', 5120) }
  const put = (headers: Record<string, string>) =>
    sendSigned(store, { method: 'PUT', target: `/photos/${freshKey()}`, headers, body: 'hello' })
  expect(await put(fits)).toMatchObject({ status: 200 })
  const longer = await put({ ...fits, 'x-oss-callback': ofLength(json, 5124) })
  expect(longer.error.get('Message')).toMatch(new RegExp(`^${TOO_LONG}`))
  const longerVariables = await put({ ...fits, 'x-oss-callback-var': ofLength('{"x:a":"b"}', 5124) })
  expect(longerVariables.error.get('Message')).toMatch(/^The length of callback var exceed max value\./)

  const form = (characters: number) => post(store, signed({ key: freshKey(), callback: ofLength(json, characters) }))
  expect(await form(65_536)).toMatchObject({ status: 200 })
  expect((await form(65_540)).error.get('Message')).toMatch(new RegExp(`^${TOO_LONG}`))
})

test('what is sent may have 1 MB: a short template cannot make much of a long variable', async () => {
  const app = await application()
  const form = (times: number) => {
    const callback = encoded({ callbackUrl: app.url, callbackBody: variable('x:a').repeat(times) })
    return post(store, signed({ key: freshKey(), callback, 'x:a': 'a'.repeat(1024) }))
  }
  expect(await form(1024)).toMatchObject({ status: 200 })
  expect(app.received[0]?.body).toHaveLength(1024 * 1024)
  expect((await form(1025)).error.get('Message')).toMatch(/^The callback body is invalid\. .*1048576/)
})

test.each([
  ['callback', 'callback', {}],
  ['callback-var', 'callback-var', { 'x-oss-callback': encoded(VALID) }],
])('%s in the header and in the query is refused', async (_, name, more) => {
  const headers = { ...more, [`x-oss-${name}`]: encoded(VALID) }
  const target = `/photos/${freshKey()}?${name}=${encodeURIComponent(encoded(VALID))}`
  const { error } = await sendSigned(store, { method: 'PUT', target, headers })
  const message = `Either the ${name} query string parameter or the x-oss-${name} header should be specified, not both.`
  expect(error.get('Message')?.startsWith(message), error.get('Message')).toBe(true)
  expect(error.get('Code')).toBe('InvalidArgument')
})

test('two callbacks in the query are refused; so are variables on another way than the callback', async () => {
  const callback = encodeURIComponent(encoded(VALID))
  const twice = `/photos/${freshKey()}?callback=${callback}&callback=${callback}`
  expect((await sendSigned(store, { method: 'PUT', target: twice })).error.get('Code')).toBe('InvalidArgument')
  const apart = `/photos/${freshKey()}?callback=${callback}`
  const headers = { 'x-oss-callback-var': encoded({ 'x:a': 'b' }) }
  const answer = await sendSigned(store, { method: 'PUT', target: apart, headers })
  expect(answer.error.get('Message')).toMatch(/^Either the callback-var query/)
})

test('a completion that is refused for its callback leaves the upload as it was', async () => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'hello' })
  const refused = await upload.complete(list, { 'x-oss-callback': encoded({ ...VALID, callbackBody: '' }) })
  expect(refused.error.get('Message')).toMatch(new RegExp(`^${EMPTY_BODY}`))
  expect(await kept(store, upload.key)).toBeUndefined()
  expect((await upload.complete(list)).status).toBe(200)
})

async function* unread(): AsyncGenerator<Uint8Array> {
  yield* [] // for the type
  throw new Error('The body was read.')
}
