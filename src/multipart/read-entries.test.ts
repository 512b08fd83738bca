import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BOUNDARY,
  bodyOf,
  bytesOf,
  chunksOf,
  contentOf,
  field,
  fileEntry,
  type Outcome,
  outcomeOf,
} from '../../test/fixtures/forms/bodies.ts'
import type { Entry } from './entry.ts'
import { readEntries } from './read-entries.ts'

const FORM = bodyOf(field('key', 'a'), fileEntry('hello'), field('after', 'b'))

/** A body that counts how often it was returned, and how many of its chunks were asked for. */
function observed(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const seen = { returned: 0, asked: 0 }
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      const source = (async function* () {
        yield* chunks
      })()
      return {
        next: () => {
          seen.asked++
          return source.next()
        },
        return: () => {
          seen.returned++
          return source.return()
        },
      }
    },
  }
  return { body, seen }
}

async function nextEntry(entries: AsyncIterator<Entry>): Promise<Entry> {
  const step = await entries.next()
  if (step.done) throw new Error('there is no next entry')
  return step.value
}

test('an entry says its name, its filename, its type and all its headers', async () => {
  const body = bodyOf(
    'CONTENT-disposition: form-data; name="File"; filename="a.txt"\r\nContent-Type: text/plain \r\nX-A:\r\n\r\n',
  )
  const entry = await nextEntry(readEntries(chunksOf(body), BOUNDARY))
  expect(entry).toMatchObject({
    name: 'File',
    filename: 'a.txt',
    contentType: 'text/plain',
    hasExtendedFilename: false,
  })
  expect([...entry.headers]).toEqual([
    ['content-disposition', 'form-data; name="File"; filename="a.txt"'],
    ['content-type', 'text/plain'],
    ['x-a', ''],
  ])
})

test('content that is left unread, or half read, is passed over', async () => {
  const entries = readEntries(chunksOf(FORM, [10]), BOUNDARY)
  const names: string[] = []
  for await (const entry of entries) {
    names.push(entry.name)
    if (entry.name === 'file') for await (const _ of entry.content) break
  }
  expect(names).toEqual(['key', 'file', 'after'])
})

test('content that was left can be taken up again', async () => {
  const entry = await nextEntry(readEntries(chunksOf(bodyOf(fileEntry('hello')), [1]), BOUNDARY))
  const iterator = entry.content[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.return?.()
  expect(await contentOf(entry.content)).toBe('ello')
  expect(await contentOf(entry.content)).toBe('')
})

test('content is gone once the next entry is asked for', async () => {
  const entries = readEntries(chunksOf(FORM), BOUNDARY)
  const entry = await nextEntry(entries)
  await entries.next()
  await expect(contentOf(entry.content)).rejects.toThrow(TypeError)
})

test('no more of the body is asked for than the entry at hand needs', async () => {
  const { body, seen } = observed([bytesOf(`--${BOUNDARY}\r\n`, field('key', 'a')), bytesOf('b'), bytesOf('c')])
  const entry = await nextEntry(readEntries(body, BOUNDARY))
  expect(seen.asked).toBe(1)
  await entry.content[Symbol.asyncIterator]().next()
  expect(seen.asked).toBe(1)
})

test('a body that was read to its end is not returned: it ended by itself', async () => {
  const { body, seen } = observed(chunksOf(FORM, [50]))
  for await (const entry of readEntries(body, BOUNDARY)) await contentOf(entry.content)
  expect(seen.returned).toBe(0)
})

test('a consumer that stops early returns the body, once', async () => {
  const { body, seen } = observed(chunksOf(FORM, [50]))
  const entries = readEntries(body, BOUNDARY)
  for await (const _ of entries) break
  await entries.return()
  expect(seen.returned).toBe(1)
})

test('a refusal returns the body, once, also when it is found while content is read', async () => {
  const { body, seen } = observed(chunksOf(bodyOf(fileEntry(`a\r\n--${BOUNDARY}?`)), [50]))
  const entries = readEntries(body, BOUNDARY)
  const entry = await nextEntry(entries)
  await expect(contentOf(entry.content)).rejects.toMatchObject({ code: 'form-malformed' })
  expect(seen.returned).toBe(1)
  await expect(entries.next()).rejects.toMatchObject({ code: 'form-malformed' })
  await entries.return()
  expect(seen.returned).toBe(1)
})

test('an error of the body reaches whoever reads, as it is', async () => {
  const lost = new Error('the peer is gone')
  const { body, seen } = observed(
    (async function* () {
      yield FORM.subarray(0, FORM.indexOf('hello'))
      throw lost
    })(),
  )
  const entries = readEntries(body, BOUNDARY)
  await entries.next()
  const file = await nextEntry(entries)
  await expect(contentOf(file.content)).rejects.toBe(lost)
  await entries.return()
  expect(seen.returned).toBe(0)
})

test('a body whose return fails does not hide why it was left', async () => {
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: bytesOf('x'.repeat(2000)) }),
      return: () => Promise.reject(new Error('cannot be returned')),
    }),
  }
  await expect(readEntries(body, BOUNDARY).next()).rejects.toMatchObject({ code: 'form-malformed' })
})

test('a boundary that parseBoundary would not give is a TypeError', async () => {
  await expect(readEntries(chunksOf(FORM), 'a\r\nb').next()).rejects.toThrow(TypeError)
})

const limits: { limit: string; at: Buffer; past: Buffer; code: string; name?: string }[] = [
  {
    limit: '1,000 entries',
    at: bodyOf(...Array.from({ length: 1000 }, () => field('a', ''))),
    past: bodyOf(...Array.from({ length: 1001 }, () => field('a', ''))),
    code: 'entry-too-many',
  },
  {
    limit: '64 headers',
    at: bodyOf(`${field('a', '').trimEnd()}\r\n${headers(63)}\r\n`),
    past: bodyOf(`${field('a', '').trimEnd()}\r\n${headers(64)}\r\n`),
    code: 'entry-header-too-long',
  },
  {
    limit: '16 KiB of headers',
    at: bodyOf(`${padded(16 * 1024)}\r\n`),
    past: bodyOf(`${padded(16 * 1024 + 1)}\r\n`),
    code: 'entry-header-too-long',
  },
  {
    limit: '16 KiB of headers in many lines',
    at: bodyOf(`${headers(3)}${padded(16 * 1024 - headers(3).length)}\r\n`),
    past: bodyOf(`${headers(3)}${padded(16 * 1024 - headers(3).length + 1)}\r\n`),
    code: 'entry-header-too-long',
  },
]

function headers(count: number): string {
  return Array.from({ length: count }, (_, index) => `X-${index}: a\r\n`).join('')
}

/** A Content-Disposition of so many bytes, its line end included. */
function padded(bytes: number): string {
  const disposition = 'Content-Disposition: form-data; name=a; x="'
  return `${disposition}${'x'.repeat(bytes - disposition.length - 3)}"\r\n`
}

test.each(limits)('a form may have $limit, and no more', async ({ at, past, code }) => {
  for (const sizes of [[], [1000], [7]]) {
    await expect(namesOf(at, sizes)).resolves.toContain('a')
    await expect(namesOf(past, sizes)).rejects.toMatchObject({ code })
  }
})

test('an operator may set stricter limits', async () => {
  const entries = readEntries(chunksOf(FORM), BOUNDARY, { maxEntries: 2 })
  await entries.next()
  await entries.next()
  await expect(entries.next()).rejects.toMatchObject({ code: 'entry-too-many', detail: 'A form may have 2 entries.' })
})

async function namesOf(body: Buffer, sizes: readonly number[]): Promise<string[]> {
  const names: string[] = []
  for await (const entry of readEntries(chunksOf(body, sizes), BOUNDARY)) names.push(entry.name)
  return names
}

test('a header that never ends is refused at the limit, not collected', async () => {
  const { body, seen } = observed(endless(bytesOf(`--${BOUNDARY}\r\nX: `), Buffer.alloc(1024, 'x')))
  await expect(readEntries(body, BOUNDARY).next()).rejects.toMatchObject({ code: 'entry-header-too-long' })
  expect(seen.asked).toBeLessThan(20)
})

function* endless(first: Uint8Array, rest: Uint8Array): Generator<Uint8Array> {
  yield first
  for (;;) yield rest
}

test('of a file of 1 GiB nothing is kept and nothing is copied: content comes as views of the chunks', async () => {
  const chunk = Buffer.alloc(1024 * 1024, `\r\n--${BOUNDARY.slice(0, -1)}`) // almost a delimiter, all the way
  const count = 1024
  const { body, seen } = observed(
    (function* () {
      yield bytesOf(`--${BOUNDARY}\r\n${fileEntry('')}`)
      for (let sent = 0; sent < count; sent++) yield chunk
      yield bytesOf(`\r\n--${BOUNDARY}--`)
    })(),
  )
  const file = await nextEntry(readEntries(body, BOUNDARY))
  let bytes = 0
  let copied = 0
  for await (const piece of file.content) {
    bytes += piece.length
    if (piece.buffer !== chunk.buffer) copied += piece.length
    // what was asked for and not yet given out is at most the beginning of one delimiter
    expect((seen.asked - 1) * chunk.length - bytes).toBeLessThan(chunk.length + BOUNDARY.length + 4)
  }
  expect(bytes).toBe(count * chunk.length)
  expect(copied).toBeLessThan(count * (BOUNDARY.length + 4)) // the beginnings held back at the edges
})

const delimiterPieces = fc.constantFrom(
  '\r',
  '\n',
  '\r\n',
  '-',
  '--',
  BOUNDARY,
  BOUNDARY.slice(0, 5),
  BOUNDARY.slice(5),
  `\r\n--${BOUNDARY}`,
  `\r\n--${BOUNDARY}\r\n`,
  `\r\n--${BOUNDARY}--`,
  `\r\n--${BOUNDARY}--\r\n`,
  ' ',
  '\t',
  'Content-Disposition: form-data; name="file"',
  '; name=',
  '"',
  '\0',
  'é',
)
const hostile = fc.array(delimiterPieces, { maxLength: 40 }).map((pieces) => bytesOf(...pieces))
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 })

test('any body is read as the same form, or refused alike, however it is cut into chunks', async () => {
  const bodies = fc.oneof(
    hostile,
    hostile.map((content) => bodyOf(field('key', 'a'), bytesOf(fileEntry(''), content), field('after', 'b'))),
    hostile.map((header) => bodyOf(bytesOf('Content-Disposition: form-data; name="file', header, '\r\n\r\n'))),
    hostile.map((value) => bodyOf(bytesOf(field('key', ''), value), fileEntry('hello'))),
  )
  await fc.assert(
    fc.asyncProperty(bodies, sizes, async (body, cuts) => {
      const whole = await outcomeOf(chunksOf(body))
      expect(await outcomeOf(chunksOf(body, cuts))).toEqual(whole)
      expect(await outcomeOf(chunksOf(body, [1]))).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})

test('any content without a delimiter comes back byte for byte', async () => {
  const content = fc.oneof(
    hostile,
    fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  )
  const harmless = content.filter((bytes) => !bytesOf(bytes, '\r\n--').includes(`\r\n--${BOUNDARY}`))
  await fc.assert(
    fc.asyncProperty(harmless, sizes, async (bytes, cuts) => {
      const body = bodyOf(bytesOf(fileEntry(''), bytes))
      const expected: Partial<Outcome> = { content: bytes.toString('latin1') }
      expect(await outcomeOf(chunksOf(body, cuts))).toMatchObject(expected)
    }),
    { numRuns: 300 },
  )
})
