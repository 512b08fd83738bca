import fc from 'fast-check'
import { expect, test } from 'vitest'
import { variable } from './application.fixture.ts'
import { type CallbackOperation, callbackValues, greatestValues } from './callback-values.ts'
import { asksFor, type BodyType, fillTemplate, parseTemplate, type Values } from './template.ts'

/** docs/spec/callback.md section 3: what a callback's body says. */

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const PNG = { width: 640, height: 480, format: 'png' } as const

const facts = (image: typeof PNG | undefined = undefined, md5: Uint8Array | undefined = new Uint8Array(16)) => ({
  bucket: 'photos',
  key: 'a b/ü.png',
  object: { etag: '"ABC"', size: 5, contentType: 'image/png', crc64: '18446744073709551615', ...(md5 && { md5 }) },
  image,
  clientAddress: '::1',
  requestId: '0123456789ABCDEF01234567',
  operation: 'PutObject' as CallbackOperation,
})

const VARIABLES = new Map([
  ['x:a', '1&2="3"'],
  ['x:empty', ''],
])

test.each([
  ['bucket', 'photos', '"photos"'],
  ['object', 'a%20b%2F%C3%BC.png', '"a b/ü.png"'],
  ['etag', 'ABC', '"ABC"'],
  ['size', '5', '5'],
  ['mimeType', 'image%2Fpng', '"image/png"'],
  ['imageInfo.height', '480', '480'],
  ['imageInfo.width', '640', '640'],
  ['imageInfo.format', 'png', '"png"'],
  ['crc64', '18446744073709551615', '"18446744073709551615"'],
  ['contentMd5', 'AAAAAAAAAAAAAAAAAAAAAA%3D%3D', '"AAAAAAAAAAAAAAAAAAAAAA=="'],
  ['vpcId', '', '""'],
  ['clientIp', '%3A%3A1', '"::1"'],
  ['reqId', '0123456789ABCDEF01234567', '"0123456789ABCDEF01234567"'],
  ['operation', 'PutObject', '"PutObject"'],
  ['x:a', '1%262%3D%223%22', String.raw`"1&2=\"3\""`],
  ['x:empty', '', '""'],
  ['x:absent', '', '""'],
  ['unknown', '', '""'],
  ['constructor', '', '""'],
  ['Bucket', '', '""'],
])('%s stands in a form as %j, in JSON as %j', (name, form, json) => {
  const values = callbackValues(facts(PNG), VARIABLES)
  expect(fill(`<${variable(name)}>`, FORM, values)).toBe(`<${form}>`)
  expect(fill(`<${variable(name)}>`, JSON_TYPE, values)).toBe(`<${json}>`)
})

test.each(['height', 'width', 'format'])('imageInfo.%s is empty where the object is no image', (name) => {
  const values = callbackValues(facts(), VARIABLES)
  expect(fill(variable(`imageInfo.${name}`), FORM, values)).toBe('')
  expect(fill(variable(`imageInfo.${name}`), JSON_TYPE, values)).toBe('""')
})

test('an object that came in parts has no contentMd5', () => {
  const { md5: _, ...object } = facts().object
  expect(callbackValues({ ...facts(), object }, new Map()).get('contentMd5')).toBe('')
})

test('a custom variable stands in no other’s place', () => {
  expect(callbackValues(facts(), new Map([['size', '0']])).get('size')).toBe(5)
})

test('constants are left alone, also what looks a little like a variable', () => {
  const text = '$ $a {b} $$ a=ü&b= %20 }'
  for (const type of [FORM, JSON_TYPE] as const) expect(fill(text, type, new Map())).toBe(text)
})

test('the value of a variable is not read again', () => {
  expect(fill(variable('x:a'), FORM, new Map([['x:a', variable('bucket')]]))).toBe('%24%7Bbucket%7D')
})

test('whether a template asks for an image is known before it is filled', () => {
  expect(asksFor(parseTemplate(`a=${variable('imageInfo.width')}`, FORM), 'imageInfo.')).toBe(true)
  expect(asksFor(parseTemplate('a=imageInfo.width', FORM), 'imageInfo.')).toBe(false)
})

test('a body ends at the limit, not a byte past it', () => {
  const template = parseTemplate(variable('x:a').repeat(2), FORM)
  const values = new Map([['x:a', 'ab']])
  expect(fillTemplate(template, values, 4)?.toString()).toBe('abab')
  expect(fillTemplate(template, values, 3)).toBeUndefined()
})

const VALUES = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'grapheme' }))

test('whatever the values are, a form of them is read back as it was', () => {
  fc.assert(
    fc.property(VALUES, (values) => {
      const names = Object.keys(values)
      const body = fill(names.map((name) => `${name}=${variable(`x:${name}`)}`).join('&'), FORM, custom(values))
      expect([...new URLSearchParams(body)]).toEqual(names.map((name) => [name, values[name]]))
    }),
  )
})

test('whatever the values are, JSON of them is JSON', () => {
  fc.assert(
    fc.property(VALUES, (values) => {
      const members = Object.keys(values).map((name) => `"${name}":${variable(`x:${name}`)}`)
      expect(JSON.parse(fill(`{${members.join(',')}}`, JSON_TYPE, custom(values)))).toEqual({ ...values })
    }),
  )
})

test('no upload has a longer body than was foreseen before it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<BodyType>(FORM, JSON_TYPE),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.nat(),
      fc.constantFrom(undefined, PNG),
      (type, contentType, size, image) => {
        const one = { ...facts(image), object: { ...facts().object, contentType, size } }
        const names = [...callbackValues(one, VARIABLES).keys()]
        const template = names.map(variable).join('')
        const foreseen = fill(template, type, greatestValues(VARIABLES, one))
        expect(fill(template, type, callbackValues(one, VARIABLES)).length).toBeLessThanOrEqual(foreseen.length)
      },
    ),
  )
})

function custom(values: Readonly<Record<string, string>>): Values {
  return new Map(Object.entries(values).map(([name, value]) => [`x:${name}`, value]))
}

function fill(text: string, type: BodyType, values: Values): string {
  return fillTemplate(parseTemplate(text, type), values, 1_000_000)?.toString() ?? 'too long'
}
