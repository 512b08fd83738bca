import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { parseUploadForm } from '../form/upload-form.ts'
import { readIssued } from './read-form.ts'

const FORM = {
  method: 'POST',
  url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
  fields: { key: 'user/a.png', policy: 'e30=' },
  key: 'user/a.png',
  expiresAt: '2026-11-24T12:00:00.000Z',
  maxSize: 10,
  token: 't',
}
const PUT = {
  method: 'PUT',
  url: 'https://s.example/a?sig=b',
  headers: { 'content-type': 'a/b' },
  expiresAt: FORM.expiresAt,
}

test('a form is a form, and a presigned PUT is one', () => {
  expect(readIssued(FORM)).toEqual(FORM)
  expect(readIssued(PUT)).toEqual(PUT)
  expect(readIssued({ ...PUT, key: 'k', token: 't', headers: {} })).toMatchObject({ key: 'k', token: 't' })
})

test.each<[member: string, values: unknown[]]>([
  ['method', [undefined, 'GET', 'post', '', ['POST']]],
  [
    'url',
    [
      undefined,
      '',
      7,
      '/uploads',
      'ftp://a.example/',
      'javascript:alert(1)//https://a.example',
      'https://name@a.example/',
      'https://name:password@a.example/',
      'https://good.example\\@evil.example/',
      'https:/a.example/',
      'https:///a.example/',
      ' https://a.example/',
      'https://a.example/ ',
      'https://a.example/\nx',
    ],
  ],
  ['fields', [undefined, null, 'a', 7, { key: 7 }, { key: null }, { file: 'x' }, { File: 'x' }, { '': 'x' }]],
  ['expiresAt', [undefined, '', 'soon', 7, '2026-11-24']],
  ['key', [7, null, ['k']]],
  ['token', [7, null, {}]],
])('not with such a %s', (member, values) => {
  for (const value of values) {
    const read = () => readIssued({ ...FORM, [member]: value })
    expect(read, JSON.stringify(value)).toThrow(PosternError)
    expect(read).toThrow(`its "${member}" is not right.`)
  }
})

test('the headers of a PUT are texts', () => {
  for (const headers of [undefined, null, 'a', { 'content-length': 7 }])
    expect(() => readIssued({ ...PUT, headers })).toThrow('its "headers" is not right.')
})

test('what is inherited is no member', () => {
  expect(() => readIssued(Object.create(FORM))).toThrow('its "method" is not right.')
})

test('every form that the strict reader takes is taken, and nothing does worse than upload-form-malformed', () => {
  const texts = fc.dictionary(fc.string(), fc.string())
  const forms = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'GET'),
    url: fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()),
    fields: fc.oneof(texts, fc.jsonValue()),
    expiresAt: fc.oneof(
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map((date) => date.toISOString()),
      fc.string(),
    ),
  })
  fc.assert(
    fc.property(fc.oneof(forms, fc.jsonValue()), (value) => {
      const strict = outcome(() => parseUploadForm(value))
      const light = outcome(() => readIssued(value))
      if (!(strict instanceof PosternError)) expect(light).toEqual(value)
      else if (light instanceof PosternError) expect(light.code).toBe('upload-form-malformed')
    }),
  )
})

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}
