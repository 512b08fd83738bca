import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileStore, freshKey, NOW, sendSigned } from '../../../test/store-client.ts'
import { askedRange } from './byte-range.ts'

const store = await fileStore()
const ETAG = '"5D41402ABC4B2A76B9719D911017C592"'
const object = (size: number) => ({ size, etag: ETAG, modified: NOW.getTime() + 500 })
const asked = (size: number, headers: Record<string, string>) => {
  const range = askedRange(new Map(Object.entries(headers)), object(size))
  return range && [range.start, range.end]
}
const standard = (size: number, range: string) => asked(size, { range, 'x-oss-range-behavior': 'standard' })

test.each([
  ['bytes=0-9', [0, 9]],
  ['bytes=5-15', [5, 9]],
  ['bytes=0-999999999999999', [0, 9]],
  ['bytes=5-', [5, 9]],
  ['bytes=-3', [7, 9]],
  ['bytes=-10', [0, 9]],
  ['bytes=-11', [0, 9]],
  ['bytes=5-4', undefined],
  ['bytes=a-b', undefined],
  ['bytes=-', undefined],
  ['bytes=1-2;3', undefined],
  ['items=0-1', undefined],
  ['bytes=0-1,20-30', [0, 1]],
  ['bytes=0-1000000000000000', undefined],
])('as HTTP has it, %s of ten bytes is %j', (range, bytes) => {
  expect(standard(10, range)).toEqual(bytes)
})

test.each([
  [10, 'bytes=10-'],
  [10, 'bytes=10-10'],
  [10, 'bytes=-0'],
  [10, 'bytes=999999999999999-'],
  [0, 'bytes=0-'],
  [0, 'bytes=0-0'],
  [0, 'bytes=-1'],
])('as HTTP has it, of %i bytes %s is refused', (size, range) => {
  expect(() => standard(size, range)).toThrow('The requested range cannot be satisfied.')
})

test('a range is of bytes that are there, whatever is asked', () => {
  const offset = fc.option(fc.nat({ max: 12 }), { nil: '' })
  fc.assert(
    fc.property(fc.nat({ max: 10 }), offset, offset, fc.boolean(), (size, from, to, isStandard) => {
      const headers = { range: `bytes=${from}-${to}`, ...(isStandard && { 'x-oss-range-behavior': 'standard' }) }
      let bytes: number[] | undefined
      try {
        bytes = asked(size, headers)
      } catch {
        expect(isStandard).toBe(true)
      }
      if (bytes === undefined) return
      const [start = -1, end = -1] = bytes
      expect(start >= 0 && start <= end && end < size).toBe(true)
    }),
  )
})

test.each([
  [ETAG, [0, 1]],
  [NOW.toUTCString(), [0, 1]],
  ['"other"', undefined],
  [`W/${ETAG}`, undefined],
  ['*', undefined],
  [new Date(NOW.getTime() - 1000).toUTCString(), undefined],
  [new Date(NOW.getTime() + 1000).toUTCString(), undefined],
])('with If-Range %s the range is %j', (validator, bytes) => {
  expect(asked(10, { range: 'bytes=0-1', 'if-range': validator })).toEqual(bytes)
})

test('a range that is not there is 416 where HTTP counts, and else the whole object, to GET and HEAD alike', async () => {
  const key = freshKey()
  await sendSigned(store, { method: 'PUT', target: `/photos/${key}`, body: '0123456789' })
  for (const method of ['GET', 'HEAD']) {
    const ask = (headers: Record<string, string>) => sendSigned(store, { method, target: `/photos/${key}`, headers })
    const refused = await ask({ range: 'bytes=15-25', 'x-oss-range-behavior': 'standard' })
    expect(refused).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } })
    const xml = method === 'GET' ? refused.text : Buffer.from(refused.headers['x-oss-err'] ?? '', 'base64').toString()
    expect(xml).toContain('<Code>InvalidRange</Code>')
    expect((await ask({ range: 'bytes=15-25' })).status).toBe(200)
    expect((await ask({ range: 'bytes=15-25', 'x-oss-range-behavior': 'other' })).status).toBe(200)
    expect(await ask({ range: 'bytes=5-15', 'x-oss-range-behavior': 'standard' })).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 5-9/10', 'content-length': '5' },
    })
  }
})
