import { expect, test } from 'vitest'
import { element, text, xmlDocument } from '../base/xml.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { readResponse } from './read-response.ts'
import type { Answer } from './transport.ts'

const FILENAME = '$' + '{filename}' // in two pieces, so that it does not look like a template that lacks its backticks
const file = { name: 'photo.png', size: 3 }
const form: UploadForm = {
  method: 'POST',
  url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
  fields: { key: 'user/2026/a b#1?.png' },
  expiresAt: '2026-11-24T12:00:00.000Z',
}

function answer(status: number, body = '', headers: Record<string, string> = {}): Answer {
  return { status, body, headers: new Headers(headers) }
}

function errorXml(code: string, message: string, extra = ''): string {
  return xmlDocument(element('Error', element('Code', code), element('Message', text(message)), extra))
}

test.each([200, 204])(
  'an empty %i is the object that the form names, with an address that can be followed',
  (status) => {
    const headers = { etag: '"5D41"', 'x-oss-hash-crc64ecma': '3231342946509354535' }
    expect(readResponse(form, file, answer(status, '', headers))).toEqual({
      key: 'user/2026/a b#1?.png',
      url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/user/2026/a%20b%231%3F.png',
      size: 3,
      etag: '"5D41"',
      crc64: '3231342946509354535',
      location: undefined,
    })
  },
)

test('a 201 tells key, ETag and location itself, also where CORS hides the headers', () => {
  const body = xmlDocument(
    '<PostResponse><Location>http://x/k%20</Location><Bucket>x</Bucket><Key>k&amp;</Key><ETag>"A"</ETag></PostResponse>',
  )
  const { key, etag, location } = readResponse(form, file, answer(201, body)) ?? {}
  expect({ key, etag, location }).toEqual({ key: 'k&', etag: '"A"', location: 'http://x/k%20' })
})

test("the answer of a callback, the application's own JSON, is a success", () => {
  const json = answer(200, '{"Status": "<Error><Code>x</Code></Error>"}', { 'content-type': 'application/json' })
  expect(readResponse(form, file, json)?.key).toBe('user/2026/a b#1?.png')
})

test(`${FILENAME} in the key is what the store makes of it`, () => {
  const written = { ...form, fields: { key: `user/${FILENAME}` } }
  expect(readResponse(written, file, answer(204))?.key).toBe('user/photo.png')
  const quoted = { name: 'a "b".png', size: 3 } // FormData escapes the quotes, and no store takes that back
  expect(readResponse(written, quoted, answer(204))?.key).toBe('user/a %22b%22.png')
})

test('a page that the form sent us on to is a success, any other page is not', () => {
  const page = answer(200, '<!doctype html><title>Thanks</title>', { 'content-type': 'text/html; charset=utf-8' })
  const sentOn = { ...form, fields: { ...form.fields, success_action_redirect: 'https://app.example/thanks' } }
  expect(readResponse(sentOn, file, page)?.size).toBe(3)
  expect(readResponse(form, file, page)).toBeUndefined()
})

test.each([0, 203, 302, 400, 503])('an answer of status %i has made no object that anybody was told of', (status) => {
  expect(readResponse(form, file, answer(status, errorXml('CallbackFailed', 'Error status : 502.')))).toBeUndefined()
})
