// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import { describe, expect, test } from 'vitest'
import '../base/known-errors.ts' // with the beginnings that OSS documents
import { MAX_KEY_BYTES } from '../base/limits.ts'
import { checkKey, expandFilename } from './key.ts'

describe('${filename} in a key', () => {
  test.each<[string, string | undefined, string]>([
    ['user/${filename}', 'a.png', 'user/a.png'],
    ['${filename}', 'a.png', 'a.png'],
    ['${filename}/${filename}', 'a', 'a/a'],
    ['user/a', 'b.png', 'user/a'],
    ['${FILENAME}', 'a', '${FILENAME}'],
    ['$filename', 'a', '$filename'],
    ['${filename', 'a', '${filename'],

    // Only what follows the last / or \ counts
    ['user/${filename}', '/etc/passwd', 'user/passwd'],
    ['user/${filename}', '../../a', 'user/a'],
    ['user/${filename}', 'C:\\a\\b.png', 'user/b.png'],
    ['user/${filename}', 'a\\b/c', 'user/c'],
    ['user/${filename}', 'a/b\\c', 'user/c'],
    ['user/${filename}', '..', 'user/..'],
    ['user/${filename}', 'a/', 'user/'],

    // The name is text: neither a pattern nor a variable of its own
    ['user/${filename}', '$&', 'user/$&'],
    ['user/${filename}', "$'$`$1", "user/$'$`$1"],
    ['user/${filename}', '${filename}', 'user/${filename}'],
    ['user/${filename}', '中文 😀".png', 'user/中文 😀".png'],
    ['user/${filename}', 'a\u0000b\r\nc', 'user/a\u0000b\r\nc'],

    // docs/spec/form-hazards.md row 12
    ['user/${filename}', undefined, 'user/${filename}'],
    ['user/${filename}', '', 'user/'],
  ])('%j with %j: %j', (key, filename, expanded) => {
    expect(expandFilename(key, filename)).toBe(expanded)
  })

  test('a key that would be too long is refused before it is built', () => {
    const name = 'a'.repeat(16_000)
    expect(() => expandFilename('${filename}'.repeat(190_000), name)).toThrow(
      expect.objectContaining({ code: 'key-too-long' }),
    )
    expect(expandFilename('${filename}', 'a'.repeat(MAX_KEY_BYTES))).toHaveLength(MAX_KEY_BYTES)
    expect(() => expandFilename('${filename}', 'a'.repeat(MAX_KEY_BYTES + 1))).toThrow()
  })

  test('a key that is too long before may fit after', () => {
    expect(expandFilename('${filename}'.repeat(1000), 'a')).toBe('a'.repeat(1000))
  })
})

describe('a key', () => {
  test.each([
    'a',
    '.',
    '..',
    'a//b',
    'a/',
    ' ',
    'a\\b',
    '中文',
    '😀',
    '${filename}',
    'a\u0000',
    'a'.repeat(MAX_KEY_BYTES),
  ])('may be %j', (key) => {
    expect(() => checkKey(key)).not.toThrow()
  })

  test.each([
    ['', 'key-empty', 'The Object name can not be empty.'],
    ['/a', 'key-invalid', 'The specified object is not valid.'],
    ['\\a', 'key-invalid', 'The specified object is not valid.'],
    ['a'.repeat(MAX_KEY_BYTES + 1), 'key-too-long', 'The Length of Object name must be less than 1024.'],
    [`${'中'.repeat(341)}a`, 'key-too-long', 'The Length of Object name must be less than 1024.'],
    ['a'.repeat(2_000_000), 'key-too-long', 'The Length of Object name must be less than 1024.'],
  ])('may not be %j: %s', (key, code, begins) => {
    expect(() => checkKey(key)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(begins) }))
  })

  test('is measured in bytes', () => {
    expect(() => checkKey('中'.repeat(341))).not.toThrow()
  })
})
