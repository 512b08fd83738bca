import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import { FORM_LIMITS } from '../base/limits.ts'
import { parseUploadForm } from './upload-form.ts'

const FORM = {
  method: 'POST',
  url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
  fields: { key: 'a', policy: 'e30=', Signature: 's' },
  key: 'a',
  expiresAt: '2026-11-24T12:00:00.000Z',
  maxSize: 1000,
  token: 'facts.signature',
}

function refusalOf(value: unknown): PosternError | undefined {
  try {
    parseUploadForm(value)
    return undefined
  } catch (error) {
    if (error instanceof PosternError) return error
    throw error
  }
}

describe('an upload form', () => {
  test('is read as it is, its fields in order', () => {
    const form = parseUploadForm(JSON.parse(JSON.stringify(FORM)))
    expect(form).toEqual(FORM)
    expect(Object.keys(form.fields)).toEqual(['key', 'policy', 'Signature'])
  })

  test('may lack key, maxSize and token', () => {
    const { key: _, maxSize: __, token: ___, ...rest } = FORM
    expect(parseUploadForm(rest)).toEqual(rest)
  })

  test('loses the members it does not know', () => {
    expect(parseUploadForm({ ...FORM, ticket: 'x', constructor: 'y' })).toEqual(FORM)
  })

  test.each(['http://127.0.0.1:9000/photos/', 'https://a.example', 'https://a.example/b?c=d'])(
    'may post to %s',
    (url) => {
      expect(parseUploadForm({ ...FORM, url }).url).toBe(url)
    },
  )
})

describe('not an upload form', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'https://a.example'],
    ['a number', 1],
    ['a list', [FORM]],
    ['an empty object', {}],
    ['no method', { ...FORM, method: undefined }],
    ['another method', { ...FORM, method: 'PUT' }],
    ['no url', { ...FORM, url: undefined }],
    ['a url that is no text', { ...FORM, url: {} }],
    ['a relative url', { ...FORM, url: '/upload' }],
    ['an empty url', { ...FORM, url: '' }],
    ['a script', { ...FORM, url: 'javascript:alert(1)' }],
    ['a data url', { ...FORM, url: 'data:text/html,a' }],
    ['a file url', { ...FORM, url: 'file:///etc/passwd' }],
    ['a blob url', { ...FORM, url: 'blob:https://a.example/b' }],
    ['a url with a password', { ...FORM, url: 'https://a:b@c.example/' }],
    ['a url with a user name', { ...FORM, url: 'https://a@c.example/' }],
    ['a url that is too long', { ...FORM, url: `https://a.example/${'a'.repeat(8192)}` }],
    ['no fields', { ...FORM, fields: undefined }],
    ['a list of fields', { ...FORM, fields: [['key', 'a']] }],
    ['fields that are null', { ...FORM, fields: null }],
    ['a field that is a number', { ...FORM, fields: { key: 1 } }],
    ['a field that is null', { ...FORM, fields: { key: null } }],
    ['a field that is an object', { ...FORM, fields: { key: { toString: 'a' } } }],
    ['a field named file', { ...FORM, fields: { File: 'a' } }],
    ['a field without a name', { ...FORM, fields: { '': 'a' } }],
    ['a field twice', { ...FORM, fields: { key: 'a', Key: 'b' } }],
    ['a key that is no text', { ...FORM, key: 1 }],
    ['a key that is null', { ...FORM, key: null }],
    ['no expiresAt', { ...FORM, expiresAt: undefined }],
    ['an expiresAt that is a number', { ...FORM, expiresAt: 1795521600 }],
    ['an expiresAt that is no date', { ...FORM, expiresAt: 'soon' }],
    ['a maxSize that is a text', { ...FORM, maxSize: '1000' }],
    ['a negative maxSize', { ...FORM, maxSize: -1 }],
    ['a maxSize that is not whole', { ...FORM, maxSize: 0.5 }],
    ['a token that is no text', { ...FORM, token: {} }],
    ['a maxSize that is null', { ...FORM, maxSize: null }],
    ['inherited members', Object.create(FORM)],
  ])('%s', (_, value) => {
    const error = refusalOf(value)
    expect(error?.code).toBe('upload-form-malformed')
    expect(error?.detail).toMatch(/^This is not an upload form\. /)
    expect(error?.detail.length).toBeLessThan(500)
  })

  test('the message shows what came', () => {
    expect(refusalOf({ ...FORM, url: 'ftp://a.example' })?.detail).toBe(
      'This is not an upload form. Its "url" must begin with https:// or http:// and a host, not "ftp://a.example".',
    )
    expect(refusalOf({ ...FORM, method: 'PUT' })?.detail).toContain('not "PUT"')
    expect(refusalOf(null)?.detail).toContain('not an object but null')
    expect(refusalOf(undefined)?.detail).toContain('not an object but undefined')
  })

  test('as many fields as a store reads beside the file, and no more', () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`f${nth}`, '']))
    expect(refusalOf({ ...FORM, fields: fields(FORM_LIMITS.maxEntries - 1) })).toBeUndefined()
    expect(refusalOf({ ...FORM, fields: fields(FORM_LIMITS.maxEntries) })?.code).toBe('upload-form-malformed')
  })
})

test('a field named __proto__ is a field, and changes no object', () => {
  const { fields } = parseUploadForm({ ...FORM, fields: JSON.parse('{"__proto__": "a", "constructor": "b"}') })
  expect(Object.entries(fields)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype)
})

test('hostile JSON gives a PosternError, never anything else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(FORM)), (value, name) => {
      refusalOf(value)
      refusalOf({ ...FORM, [name]: value })
    }),
  )
})
