import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCaller } from './caller.ts'

const callers: { value: unknown; caller: unknown }[] = [
  { value: { id: 'eva' }, caller: { id: 'eva' } },
  { value: { id: 'eva', prefix: 'eva' }, caller: { id: 'eva', prefix: 'eva' } },
  { value: { id: '名前 <a@b>', prefix: 'team/名前/' }, caller: { id: '名前 <a@b>', prefix: 'team/名前/' } },
  { value: { id: 'eva', email: 'eva@app.example' }, caller: { id: 'eva' } },
  { value: { id: 'x'.repeat(256) }, caller: { id: 'x'.repeat(256) } },
  { value: { id: 'eva', prefix: 'x'.repeat(256) }, caller: { id: 'eva', prefix: 'x'.repeat(256) } },
]

test.each(callers)('%j names a caller', ({ value, caller }) => expect(parseCaller(value)).toEqual(caller))

test.each([undefined, null, false, true, 'eva', 1, [], {}, { id: '' }, { id: 1 }, { id: null }])(
  '%j names nobody',
  (value) => expect(parseCaller(value)).toBeUndefined(),
)

test.each(['x'.repeat(257), 'eva\n', 'eva\u0000', 'eva\u007f', 'eva\u0085', 'eva\ud800', 'eva\u2028'])(
  'an id that will not do is a fault, not another id: %j',
  (id) => {
    expect(() => parseCaller({ id })).toThrow(TypeError)
  },
)

const prefixes = [
  '',
  '/',
  '/etc',
  'eva//',
  'a//b',
  '..',
  '../bob',
  'eva/../bob',
  'eva/..',
  './eva',
  'a\\b',
  'eva\n',
  'eva\ud800',
  // what a storage or a session policy would read as something else than a folder's name
  '*',
  'e?a',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what OSS would expand
  '${filename}',
  'x'.repeat(257),
  '照'.repeat(86),
  null,
  1,
  {},
]

test.each(prefixes)('a prefix that is no folder is a fault, not another folder: %j', (prefix) => {
  expect(() => parseCaller({ id: 'eva', prefix })).toThrow(TypeError)
})

test('a caller is the one that was named, letter by letter, or a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (id, prefix) => {
      try {
        expect(parseCaller({ id, prefix })).toEqual({ id, prefix })
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
      }
    }),
  )
})
