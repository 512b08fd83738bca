// biome-ignore-all lint/suspicious/noTemplateCurlyInString: key templates are written so
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type KeyParts, readKeyTemplate, whyNoKeyTemplate } from './key-template.ts'

const PARTS: KeyParts = {
  user: 'auth0|7',
  uuid: '0b9d3f1e-0000-4000-8000-000000000000',
  now: new Date('2026-11-24T23:30:05Z'),
  filename: 'My cat.PNG',
}

const written: [template: string, key: string, parts?: Partial<KeyParts>][] = [
  ['${date}/${uuid}.${ext}', `2026/11/24/${PARTS.uuid}.png`],
  ['${date}/${uuid}.${ext}', `2026/11/24/${PARTS.uuid}`, { filename: 'README' }],
  ['${user}/${uuid}-${name}.${ext}', `auth0=7c7/${PARTS.uuid}-My-cat.png`],
  ['${user}/avatar', 'auth0=7c7/avatar'],
  ['${ext}/${uuid}', `png/${PARTS.uuid}`],
  ['${ext}/${uuid}', PARTS.uuid, { filename: 'README' }],
  ['v1.${ext}/${uuid}', `v1/${PARTS.uuid}`, { filename: 'README' }],
  ['${ext}.${ext}', 'file', { filename: 'README' }],
  ['a/${ext}.hidden', 'a/hidden', { filename: 'README' }],
  ['${name}', 'file', { filename: '...' }],
  ['${name}/${name}', 'My-cat/My-cat'],
  ['${uuid}.${ext}', PARTS.uuid, { filename: 'a.png/../../b' }],
]

test.each(written)('%s makes %s', (template, key, parts = {}) => {
  expect(whyNoKeyTemplate(template)).toBeUndefined()
  expect(readKeyTemplate(template).write({ ...PARTS, ...parts }, 500)).toBe(key)
})

const folders: [template: string, folder: string][] = [
  ['${user}/${date}/${uuid}', 'auth0=7c7/'],
  ['of/${user}/${uuid}', 'of/auth0=7c7/'],
  ['of-${user}/x/${uuid}', 'of-auth0=7c7/x/'],
  ['${date}/${user}/${uuid}', ''],
  ['${user}', ''],
  ['${user}/avatar', 'auth0=7c7/'],
  ['${uuid}', ''],
]

test.each(folders)('all keys that %s makes for one caller begin with "%s"', (template, folder) => {
  expect(readKeyTemplate(template).folder(PARTS.user)).toBe(folder)
  expect(readKeyTemplate(template).write(PARTS, 500).startsWith(folder)).toBe(true)
})

const refused: [template: string, says: string][] = [
  ['', 'A name is missing'],
  ['/a', 'A name is missing'],
  ['a/', 'A name is missing'],
  ['a//${uuid}', 'A name is missing'],
  ['../${uuid}', 'No folder or name can begin with a dot'],
  ['a/./${uuid}', 'No folder or name can begin with a dot'],
  ['.${ext}', 'No folder or name can begin with a dot'],
  ['${uid}', 'There is no ${uid}. Did you mean ${uuid}?'],
  ['${filename}', 'There is no ${filename}. There are ${user}, ${uuid}, ${date}, ${ext}, ${name}.'],
  ['${constructor}', 'There is no ${constructor}.'],
  ['${}', 'There is no ${}.'],
  ['$uuid', 'a "$" that begins no variable'],
  ['${uuid', 'a "$" that begins no variable'],
  ['a b', 'a space'],
  ['a\\b', '"\\"'],
  ['a\u202eb', 'a control character'],
  ['a'.repeat(257), 'over 256 bytes'],
]

test.each(refused)('%j is no template', (template, says) => {
  expect(whyNoKeyTemplate(template)).toContain(says)
})

test('a template of 256 bytes will do', () => {
  expect(whyNoKeyTemplate('a'.repeat(256))).toBeUndefined()
})

test('only a template with ${uuid} makes keys that nobody had before', () => {
  expect(readKeyTemplate('${user}/${uuid}').isFresh).toBe(true)
  expect(readKeyTemplate('${user}/${date}/${name}').isFresh).toBe(false)
})

const TEMPLATES = [
  '${user}/${date}/${uuid}-${name}.${ext}',
  '${name}/${name}.${ext}',
  '${ext}${name}',
  '${ext}/${name}/${ext}',
]

test('whatever the file and the caller are called, a key stays in its room and is a plain path', () => {
  const name = fc.string({ unit: 'binary', maxLength: 600 })
  fc.assert(
    fc.property(
      fc.constantFrom(...TEMPLATES),
      name,
      name,
      fc.integer({ min: 300, max: 1023 }),
      (text, user, filename, room) => {
        const key = readKeyTemplate(text).write({ ...PARTS, user, filename }, room)
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(room)
        expect(key).not.toMatch(/[\p{C}\\$]/u)
        expect(key.split('/').filter((part) => part === '' || part.startsWith('.'))).toEqual([])
      },
    ),
  )
})
