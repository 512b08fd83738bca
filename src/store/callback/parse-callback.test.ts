import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PosternError } from '../../base/request-errors.ts'
import { encoded, variable } from './application.fixture.ts'
import { callbackOfForm, callbackOfRequest } from './carrier.ts'
import { parseCallback } from './parse-callback.ts'

/** docs/spec/callback.md section 2. What is refused, and how: callback-refusals.test.ts. */

const BODY = { callbackBody: 'a=b' }
const urlsOf = (callbackUrl: string) => parseCallback(JSON.stringify({ callbackUrl, ...BODY }))?.urls

test.each([
  ['121.101.166.30/test.php', { isSecure: false, host: '121.101.166.30', port: 80, path: '/test.php', query: '' }],
  ['host:23456/index.html', { isSecure: false, host: 'host', port: 23456, path: '/index.html' }],
  ['https://App.example', { isSecure: true, host: 'App.example', port: 443, path: '/', authority: 'App.example' }],
  ['HTTPS://app.example:1?a=b', { isSecure: true, port: 1, path: '/', query: '?a=b', authority: 'app.example:1' }],
  ['app.example?a=http://other.example/', { host: 'app.example', query: '?a=http://other.example/' }],
  ['http://my_app.example.:65535/a?b?c', { host: 'my_app.example.', port: 65535, path: '/a', query: '?b?c' }],
  ['http://app.example/a@b:c', { host: 'app.example', path: '/a@b:c' }],
])('the URL %s is read as it stands', (text, url) => {
  expect(urlsOf(text)).toMatchObject([url])
})

test('five URLs are read in their order', () => {
  expect(urlsOf('a;b;c;d;e')?.map(({ host }) => host)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('members that are not known, and empty ones, are passed over', () => {
  const text = JSON.stringify({ callbackUrl: 'a', ...BODY, callbackHost: '', callbackBodyType: '', other: 1 })
  expect(parseCallback(text)).toMatchObject({
    body: { type: 'application/x-www-form-urlencoded' },
    sendsServerName: false,
  })
  expect(parseCallback(text)?.host).toBeUndefined()
})

test('whatever a request carries is a callback, none, or a refusal, never another error', () => {
  const member = fc.oneof(
    fc.string(),
    fc.jsonValue(),
    fc.constantFrom('http://a/', 'a;b', 'application/json', variable('object')),
  )
  const names = ['callbackUrl', 'callbackBody', 'callbackHost', 'callbackBodyType', 'callbackSNI']
  const callback = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...names), member))
  const value = fc.oneof(
    fc.string(),
    callback.map((json) => encoded(Object(json))),
  )
  fc.assert(
    fc.property(value, value, (text, variables) => {
      const headers = new Map([
        ['x-oss-callback', text],
        ['x-oss-callback-var', variables],
      ])
      const address = { method: 'PUT', query: [] }
      for (const read of [
        () => callbackOfRequest(address, headers),
        () => callbackOfForm(new Map([['callback', text]])),
      ])
        try {
          parseCallback(read()?.text ?? '{}')
        } catch (error) {
          expect(error).toBeInstanceOf(PosternError)
        }
    }),
  )
})
