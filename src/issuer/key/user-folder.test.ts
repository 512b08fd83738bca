import fc from 'fast-check'
import { expect, test } from 'vitest'
import { userFolder } from './user-folder.ts'

const folders: [id: string, folder: string][] = [
  ['eva', 'eva'],
  ['eva@example.com', 'eva@example.com'],
  ['auth0|123', 'auth0=7c123'],
  ['a/b', 'a=2fb'],
  ['..', '=2e.'],
  ['.hidden', '=2ehidden'],
  ['a=b', 'a=3db'],
  ['照', '=e7=85=a7'],
  ['a\u0000', 'a=00'],
  ['Eva', 'Eva'],
  ['x'.repeat(128), 'x'.repeat(128)],
]

test.each(folders)('the caller %j has the folder %s', (id, folder) => {
  expect(userFolder(id)).toBe(folder)
})

test('an id that gets too long, or is no text, has a folder by its SHA-256', () => {
  for (const id of ['x'.repeat(129), '照'.repeat(50), '\ud800']) expect(userFolder(id)).toMatch(/^==[0-9a-f]{64}$/)
})

test('two callers never share a folder, and none reaches out of their own', () => {
  const id = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.string({ unit: fc.constantFrom('=', '.', '/', '2', 'f', 'e', '\ud800', '\udc00', '\ufffd'), minLength: 1 }),
  )
  fc.assert(
    fc.property(id, id, (one, other) => {
      if (one !== other) expect(userFolder(one)).not.toBe(userFolder(other))
      expect(userFolder(one)).toMatch(/^[\w~@=-][\w.~@=-]{0,127}$/)
    }),
    { numRuns: 1000 },
  )
})
