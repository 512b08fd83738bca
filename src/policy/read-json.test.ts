// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import { MAX_POLICY_DEPTH } from '../base/limits.ts'
import { type Json, jsonText, readJson } from './read-json.ts'

describe('what is read', () => {
  test.each<[string, Json]>([
    ['"a"', { kind: 'string', value: 'a' }],
    ['""', { kind: 'string', value: '' }],
    [' \t\r\n"a" \t\r\n', { kind: 'string', value: 'a' }],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', { kind: 'string', value: '"\\/\b\f\n\r\t' }],
    ['"\\u0041\\u00e9\\u4E2D"', { kind: 'string', value: 'Aé中' }],
    ['"\\uD83D\\uDE00😀"', { kind: 'string', value: '😀😀' }],
    ['true', { kind: 'literal', text: 'true' }],
    ['false', { kind: 'literal', text: 'false' }],
    ['null', { kind: 'literal', text: 'null' }],
    ['0', { kind: 'number', text: '0' }],
    ['-0', { kind: 'number', text: '-0' }],
    ['1.0', { kind: 'number', text: '1.0' }],
    ['1e3', { kind: 'number', text: '1e3' }],
    ['-12.50E+10', { kind: 'number', text: '-12.50E+10' }],
    ['9007199254740993', { kind: 'number', text: '9007199254740993' }],
    ['[]', { kind: 'list', items: [] }],
    ['{}', { kind: 'object', members: new Map() }],
    [
      '[ 1 , "a" ]',
      {
        kind: 'list',
        items: [
          { kind: 'number', text: '1' },
          { kind: 'string', value: 'a' },
        ],
      },
    ],
    ['{ "a" : 1 }', { kind: 'object', members: new Map([['a', { kind: 'number', text: '1' }]]) }],
  ])('%s', (text, json) => {
    expect(readJson(text)).toEqual(json)
  })

  test('a backslash before a dollar is a dollar', () => {
    expect(readJson('"user/\\${filename}"')).toEqual({ kind: 'string', value: 'user/${filename}' })
  })

  test('two backslashes before a dollar are one: the policy decides what that means', () => {
    expect(readJson('"\\\\${filename}"')).toEqual({ kind: 'string', value: '\\${filename}' })
  })

  test('names that every object inherits are data', () => {
    const text = '{"__proto__": "a", "constructor": "b", "toString": "c"}'
    expect(jsonText(readJson(text))).toBe(text)
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false)
  })
})

describe('what is refused, and how', () => {
  test.each([
    // Captured from OSS: docs/spec/post-object.md section 4.1
    ['{"expiration": expired}', 'Invalid JSON: unknown char e', 16],
    ['["eq" "$key"]', 'Invalid JSON: , or ] expected', 7],

    ['{"a": 1 "b": 2}', 'Invalid JSON: , or } expected', 9],
    ['[1, 2', 'Invalid JSON: , or ] expected', 6],
    ['[1}', 'Invalid JSON: , or ] expected', 3],
    ['[1,]', 'Invalid JSON: unknown char ]', 4],
    ['[,1]', 'Invalid JSON: unknown char ,', 2],
    ['{"a": 1,}', 'Invalid JSON: unknown char }', 9],
    ['{"a" 1}', 'Invalid JSON: : expected', 6],
    ['{"a"}', 'Invalid JSON: : expected', 5],
    ['{"a":}', 'Invalid JSON: unknown char }', 6],
    ['{a: 1}', 'Invalid JSON: unknown char a', 2],
    ["{'a': 1}", "Invalid JSON: unknown char '", 2],
    ['{', 'Invalid JSON: the text ends too early', 2],
    ['[', 'Invalid JSON: the text ends too early', 2],
    ['', 'Invalid JSON: the text ends too early', 1],
    ['  ', 'Invalid JSON: the text ends too early', 3],
    ['{} {}', 'Invalid JSON: the text goes on after its end', 4],
    ['{}x', 'Invalid JSON: the text goes on after its end', 3],
    ['tru', 'Invalid JSON: unknown char t', 1],
    ['True', 'Invalid JSON: unknown char T', 1],
    ['NaN', 'Invalid JSON: unknown char N', 1],
    ['// a\n{}', 'Invalid JSON: unknown char /', 1],
    ['\uFEFF{}', 'Invalid JSON: unknown char \uFEFF', 1],
    ['😀', 'Invalid JSON: unknown char 😀', 1],
    ['\u00001', 'Invalid JSON: unknown char U+0000', 1],
    ['\u00A01', 'Invalid JSON: unknown char \u00A0', 1],
    ['\uD83D', 'Invalid JSON: unknown char U+D83D', 1],

    ['"a', 'Invalid JSON: the text ends inside a string', 3],
    ['"a\\', 'Invalid JSON: the text ends inside a string', 4],
    ['"a\nb"', 'Invalid JSON: the control character U+000A stands raw in a string', 3],
    ['"\u0000"', 'Invalid JSON: the control character U+0000 stands raw in a string', 2],
    ['"\\v"', 'Invalid JSON: unknown escape \\v', 3],
    ['"\\x41"', 'Invalid JSON: unknown escape \\x', 3],
    ['"\\u00"', 'Invalid JSON: \\u wants four hexadecimal digits', 4],
    ['"\\u 041"', 'Invalid JSON: \\u wants four hexadecimal digits', 4],
    ['"\\uD83D"', 'Invalid JSON: half of a surrogate pair', 9],
    ['"\\uDE00\\uD83D"', 'Invalid JSON: half of a surrogate pair', 15],
    ['"\uD83D"', 'Invalid JSON: half of a surrogate pair', 4],

    ['-', 'Invalid JSON: a digit is missing', 2],
    ['+1', 'Invalid JSON: unknown char +', 1],
    ['.5', 'Invalid JSON: unknown char .', 1],
    ['1.', 'Invalid JSON: a digit is missing', 3],
    ['1e', 'Invalid JSON: a digit is missing', 3],
    ['1e+', 'Invalid JSON: a digit is missing', 4],
    ['[01]', 'Invalid JSON: , or ] expected', 3],
    ['[0x1]', 'Invalid JSON: , or ] expected', 3],

    ['{"a": 1, "a": 2}', 'Invalid JSON: the name "a" occurs twice in one object', 13],
    ['{"a": 1, "\\u0061": 2}', 'Invalid JSON: the name "a" occurs twice in one object', 18],
    ['{"__proto__": 1, "__proto__": 2}', 'Invalid JSON: the name "__proto__" occurs twice in one object', 29],
  ])('%j: %s, at character %d', (text, message, position) => {
    const error = refusalOf(text)
    expect(error).toMatchObject({ code: 'policy-malformed', facts: { Position: String(position) } })
    expect(error?.detail.startsWith(message)).toBe(true)
    expect(error?.detail).toContain(`(at character ${position})`)
  })

  test('nesting stops at the limit', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(readJson(nested(MAX_POLICY_DEPTH)).kind).toBe('list')
    expect(refusalOf(nested(MAX_POLICY_DEPTH + 1))?.detail).toContain('nested deeper than 8 levels')
    expect(refusalOf('['.repeat(60_000))?.detail).toContain('nested deeper than 8 levels')
    expect(refusalOf('{"a":'.repeat(10_000))?.detail).toContain('nested deeper than 8 levels')
  })

  test('lists that follow each other are not nested', () => {
    expect(readJson(`[${'[],'.repeat(100)}[]]`).kind).toBe('list')
  })
})

test('whatever JSON.parse makes of a text that is not too deep, ours makes too', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5, stringUnit: 'binary' }), (text) => {
      expect(plain(readJson(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('whatever JSON.parse refuses, ours refuses too, but for a backslash before a dollar', () => {
  const scrap = fc.constantFrom(...'{}[]:,"\\$u0a1e.-+ntf \n'.split(''), 'true', 'null', '"a"', '\\$')
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 12 }), (scraps) => {
      const text = scraps.join('')
      if (isJson(text) || text.includes('\\$')) return
      expect(refusalOf(text)).toBeInstanceOf(PosternError)
    }),
    { numRuns: 2000 },
  )
})

test('hostile text gives a PosternError, never anything else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (text, inQuotes) => {
      refusalOf(inQuotes ? `"${text}"` : text)
    }),
  )
})

test('a value is shown as one line of JSON, and cut where it is long', () => {
  expect(jsonText(readJson('{"a":[1,true,"x\\n"]}'))).toBe('{"a": [1, true, "x\\n"]}')
  expect(jsonText({ kind: 'string', value: 'a'.repeat(198) })).toBe(`"${'a'.repeat(198)}"`)
  expect(jsonText({ kind: 'string', value: 'a'.repeat(199) })).toBe(`"${'a'.repeat(199)}…`)
})

/** The refusal of a text, or `undefined` where it is read. Anything else that is thrown fails the test. */
function refusalOf(text: string): PosternError | undefined {
  try {
    readJson(text)
    return undefined
  } catch (error) {
    if (error instanceof PosternError) return error
    throw error
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function plain(json: Json): unknown {
  switch (json.kind) {
    case 'object':
      return Object.fromEntries([...json.members].map(([name, value]) => [name, plain(value)]))
    case 'list':
      return json.items.map(plain)
    case 'string':
      return json.value
    case 'number':
    case 'literal':
      return JSON.parse(json.text)
  }
}
