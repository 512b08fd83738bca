import { expect, test } from 'vitest'
import { PosternError } from '../../base/request-errors.ts'
import { isUnchanged } from './preconditions.ts'

const MODIFIED = new Date('2026-01-02T03:04:05.678Z')
const object = { etag: '"5D41402ABC4B2A76B9719D911017C592"', modified: MODIFIED.getTime() }
const at = (seconds: number) => new Date(MODIFIED.getTime() + seconds * 1000).toUTCString()

/** Per header: a value that lets the object through, one that holds it back, and what then is answered. */
const HEADERS = {
  'if-match': { through: object.etag, back: '"other"' },
  'if-unmodified-since': { through: at(0), back: at(-1) },
  'if-none-match': { through: '"other"', back: object.etag },
  'if-modified-since': { through: at(-1), back: at(0) },
} as const
const NAMES = ['if-match', 'if-unmodified-since', 'if-none-match', 'if-modified-since'] as const
type Said = 'through' | 'back' | undefined

function answer(prefix: string, said: Readonly<Record<(typeof NAMES)[number], Said>>): number {
  const headers = new Map<string, string>()
  for (const name of NAMES) {
    const how = said[name]
    if (how !== undefined) headers.set(`${prefix}${name}`, HEADERS[name][how])
  }
  try {
    return isUnchanged(headers, object, prefix) ? 304 : 200
  } catch (error) {
    if (error instanceof PosternError && error.code === 'precondition-failed') return 412
    throw error
  }
}

test.each(['', 'x-oss-copy-source-'])(
  'of all combinations of %sif-…, an ETag counts before a date, and 412 before 304',
  (prefix) => {
    const each: readonly Said[] = [undefined, 'through', 'back']
    for (const match of each)
      for (const unmodified of each)
        for (const none of each)
          for (const modified of each) {
            const said = {
              'if-match': match,
              'if-unmodified-since': unmodified,
              'if-none-match': none,
              'if-modified-since': modified,
            }
            const refused = (match ?? unmodified) === 'back'
            const known = (none ?? modified) === 'back'
            expect([said, answer(prefix, said)]).toEqual([said, refused ? 412 : known ? 304 : 200])
          }
  },
)

test('headers of the other kind do not count', () => {
  expect(isUnchanged(new Map([['if-none-match', object.etag]]), object, 'x-oss-copy-source-')).toBe(false)
  expect(isUnchanged(new Map([['x-oss-copy-source-if-none-match', object.etag]]), object)).toBe(false)
})
