import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extensionOf, safeName } from './file-name.ts'

const extensions: [filename: string, extension: string | undefined][] = [
  ['cat.PNG', 'png'],
  ['a.tar.gz', 'gz'],
  ['.htaccess', undefined],
  ['noextension', undefined],
  ['ends.', undefined],
  ['x.p?g#', undefined],
  ['a.png/../../b', undefined],
  ['C:\\photos\\cat.jpg', 'jpg'],
  [`x.${'a'.repeat(16)}`, 'a'.repeat(16)],
  [`x.${'a'.repeat(17)}`, undefined],
]

test.each(extensions)('the extension of %j is %s', (filename, extension) => {
  expect(extensionOf(filename)).toBe(extension)
})

const names: [filename: string, name: string][] = [
  ['cat.png', 'cat'],
  ['report.v2.final.pdf', 'report.v2.final'],
  ['my holiday (1).jpg', 'my-holiday-1'],
  ['照片.jpg', '照片'],
  ['Cafe\u0301.txt', 'Café'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot'],
  ['.htaccess', 'htaccess'],
  ['..', 'file'],
  ['...png', 'file'],
  ['💥.png', 'file'],
  ['a..b.png', 'a.b'],
  ['evil\u202egnp.exe', 'evilgnp'],
  ['a\u0000b.png', 'ab'],
  ['half\ud800.png', 'half'],
  ['\u0301accent.png', 'accent'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what OSS would expand
  ['${filename}.png', 'filename'],
  ['a?b#c%2Fd.png', 'a-b-c-2Fd'],
  ['<script>.txt', 'script'],
]

test.each(names)('%j is %s in a key', (filename, name) => {
  expect(safeName(filename, 200)).toBe(name)
})

test('a long name is cut between characters', () => {
  expect(safeName(`${'照'.repeat(100)}.png`, 10)).toBe('照照照')
  expect(safeName('a'.repeat(11), 10)).toBe('a'.repeat(10))
  expect(safeName('a'.repeat(10), 10)).toBe('a'.repeat(10))
})

test('whatever a file is called, its name is one part of a path, in bounds, and as safe as it looks', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 4, max: 200 }),
      (filename, maxBytes) => {
        const name = safeName(filename, maxBytes)
        expect(name).toMatch(/^[\p{L}\p{N}_~][\p{L}\p{M}\p{N}._~-]*$/u)
        expect(name).not.toMatch(/\.\.|[.-]$/)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(maxBytes)
        expect(name).toBe(name.normalize('NFC'))
      },
    ),
  )
})
