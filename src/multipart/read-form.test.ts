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
  outcomeOf,
} from '../../test/fixtures/forms/bodies.ts'
import { FORM_LIMITS } from '../base/limits.ts'
import { parseBoundary } from './boundary.ts'
import { readEntries } from './read-entries.ts'
import { readForm } from './read-form.ts'

const KB = 1024
const MB = 1024 * KB

test('the fields are those before the file, by name in lower case, and the file is still unread', async () => {
  const body = bodyOf(field('Key', 'a/B'), field('OSSAccessKeyId', 'id'), field('empty', ''), fileEntry('hello'))
  const form = await readForm(readEntries(chunksOf(body), BOUNDARY))
  expect([...form.fields]).toEqual([
    ['key', 'a/B'],
    ['ossaccesskeyid', 'id'],
    ['empty', ''],
  ])
  expect(form.file).toMatchObject({ name: 'file', filename: 'a.txt', contentType: 'text/plain' })
  expect(await contentOf(form.file.content)).toBe('hello')
  await form.finish()
})

test('a form is read up to the first byte of its file, not further', async () => {
  const before = bytesOf(`--${BOUNDARY}\r\n`, field('key', 'a'), `\r\n--${BOUNDARY}\r\n`, fileEntry(''))
  const body = (async function* () {
    yield before
    throw new Error('the file was read')
  })()
  expect((await readForm(readEntries(body, BOUNDARY))).fields.get('key')).toBe('a')
})

test('the entry named file is the file, whatever its case, and whatever follows it is no field', async () => {
  const form = bodyOf(field('FILE', 'hello'), field('key', 'late'))
  expect(await outcomeOf(chunksOf(form))).toMatchObject({ fields: {}, content: 'hello' })
})

test('a file that was left unread is passed over by finish', async () => {
  const form = await readForm(readEntries(chunksOf(bodyOf(fileEntry('a'), fileEntry('b')), [10]), BOUNDARY))
  await expect(form.finish()).rejects.toMatchObject({ code: 'file-repeated' })
})

test('a form that breaks off after its file is refused by finish at the latest', async () => {
  const body = bodyOf(fileEntry('a'), field('b', 'c'))
  const form = await readForm(readEntries(chunksOf(body.subarray(0, -30)), BOUNDARY))
  expect(await contentOf(form.file.content)).toBe('a')
  await expect(form.finish()).rejects.toMatchObject({ code: 'form-malformed' })
})

test.each([
  { what: 'a refusal', body: bodyOf(field('a', ''), field('a', '')), code: 'field-repeated' },
  {
    what: 'a refusal for the headers of the file',
    body: bodyOf(`Content-Disposition: form-data; name=file; filename*=x\r\n\r\n`),
    code: 'filename-star',
  },
])('$what returns the body', async ({ body, code }) => {
  let returned = 0
  async function* source() {
    try {
      yield* chunksOf(body, [20])
      yield* chunksOf(Buffer.alloc(KB))
    } finally {
      returned++
    }
  }
  await expect(readForm(readEntries(source(), BOUNDARY))).rejects.toMatchObject({ code })
  expect(returned).toBe(1)
})

// docs/spec/post-object.md section 2; form-hazards.md section 2, row 20
const limits: { limit: string; at: Buffer; past: Buffer; refused: string; facts: Record<string, string> }[] = [
  {
    limit: 'a name of 8 KB',
    at: bodyOf(field('n'.repeat(8 * KB), ''), fileEntry('')),
    past: bodyOf(field('n'.repeat(8 * KB + 1), ''), fileEntry('')),
    refused: 'field-name-too-long',
    facts: { MaxSizeAllowed: '8192', ProposedSize: '8193' },
  },
  {
    limit: 'a name of 8 KB in UTF-8',
    at: bodyOf(field(`ab${'名'.repeat(2730)}`, ''), fileEntry('')),
    past: bodyOf(field(`${'名'.repeat(2731)}`, ''), fileEntry('')),
    refused: 'field-name-too-long',
    facts: { MaxSizeAllowed: '8192', ProposedSize: '8193' },
  },
  {
    limit: 'a value of 2 MB',
    at: bodyOf(field('a', 'v'.repeat(2 * MB)), fileEntry('')),
    past: bodyOf(field('a', 'v'.repeat(2 * MB + 1)), fileEntry('')),
    refused: 'field-too-long',
    facts: { MaxSizeAllowed: '2097152' },
  },
  {
    limit: 'values of 8 MB together',
    at: bodyOf(...'abcd'.split('').map((name) => field(name, 'v'.repeat(2 * MB))), field('e', ''), fileEntry('')),
    past: bodyOf(...'abcd'.split('').map((name) => field(name, 'v'.repeat(2 * MB))), field('e', 'v'), fileEntry('')),
    refused: 'fields-too-large',
    facts: { MaxSizeAllowed: '8388608' },
  },
  {
    limit: '1,000 entries, the file included,',
    at: bodyOf(...Array.from({ length: 999 }, (_, index) => field(`n${index}`, '')), fileEntry('')),
    past: bodyOf(...Array.from({ length: 1000 }, (_, index) => field(`n${index}`, '')), fileEntry('')),
    refused: 'entry-too-many',
    facts: {},
  },
]

test.each(limits)('$limit may be, and no more', async ({ at, past, refused, facts }) => {
  for (const sizes of [[], [64 * KB], [1000, 13]]) {
    expect(await outcomeOf(chunksOf(at, sizes))).toMatchObject({ content: '' })
    expect(await outcomeOf(chunksOf(past, sizes))).toMatchObject({ refused, facts })
  }
})

test('a value over the limit is refused before the rest of it is read', async () => {
  let sent = 0
  async function* body() {
    yield bytesOf(`--${BOUNDARY}\r\n`, field('key', ''))
    for (;;) {
      sent += 64 * KB
      yield Buffer.alloc(64 * KB, 'v')
    }
  }
  expect(await outcomeOf(body())).toMatchObject({ refused: 'field-too-long' })
  expect(sent).toBeLessThanOrEqual(2 * MB + 128 * KB)
})

test('an operator may set stricter limits', async () => {
  const body = bodyOf(field('a', 'four'), field('b', 'four'), fileEntry(''))
  const read = (limits: object) => outcomeOf(chunksOf(body), { limits })
  expect(await read({ maxFieldBytes: 3 })).toMatchObject({ refused: 'field-too-long' })
  expect(await read({ maxFieldsBytes: 7 })).toMatchObject({ refused: 'fields-too-large' })
  expect(await read({ maxFieldBytes: 4, maxFieldsBytes: 8, maxFieldNameBytes: 4 })).toMatchObject({ content: '' })
})

const STAR = "Content-Disposition: form-data; name=file; filename*=UTF-8''a\r\n\r\n"

test('the size of a file with filename* is told where a field could be as long, and the file is read no further', async () => {
  const told = await outcomeOf(chunksOf(bodyOf(STAR + 'v'.repeat(FORM_LIMITS.maxFieldBytes)), [64 * KB]))
  expect(told).toMatchObject({ facts: { MaxSizeAllowed: '8192', ProposedSize: '2097152' } })
  let sent = 0
  async function* body() {
    yield bytesOf(`--${BOUNDARY}\r\n`, STAR)
    for (; ; sent += 64 * KB) yield Buffer.alloc(64 * KB)
  }
  const refused = await outcomeOf(body())
  expect(refused).toMatchObject({ refused: 'filename-star', facts: { MaxSizeAllowed: '8192' } })
  expect(refused).not.toHaveProperty('facts.ProposedSize')
  expect(sent).toBeLessThanOrEqual(2 * MB + 128 * KB)
})

test('what FormData sends is what we read, in any language, however it is cut', async () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', '\r', '\n', '照', '😀', ';', '=', '%', "'", ' '),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  })
  const name = text.filter((value) => isSent(value) && value.toLowerCase() !== 'file').map((value) => `n${value}`)
  const fields = fc.uniqueArray(fc.tuple(name, text), {
    selector: ([key]) => lowerAscii(escaped(crlf(key))),
    maxLength: 5,
  })
  const file = fc.tuple(
    fc.uint8Array(),
    text.filter(isSent).map((value) => `f${value}`),
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(fields, file, sizes, async (sent, [bytes, filename], cuts) => {
      const data = new FormData()
      for (const [key, value] of sent) data.append(key, value)
      data.append('file', new File([bytes], filename, { type: 'image/png' }))
      const response = new Response(data)
      const boundary = parseBoundary(response.headers.get('content-type') ?? undefined)
      const read = await outcomeOf(chunksOf(new Uint8Array(await response.arrayBuffer()), cuts), { boundary })
      expect(read).toEqual({
        fields: Object.fromEntries(sent.map(([key, value]) => [lowerAscii(escaped(crlf(key))), crlf(value)])),
        filename: escaped(filename),
        contentType: 'image/png',
        content: Buffer.from(bytes).toString('latin1'),
      })
    }),
    { numRuns: 300 },
  )
})

/** Backslashes are told apart in parameters.test.ts: browsers do not escape them, other clients do. NUL is refused. */
function isSent(text: string): boolean {
  return !text.includes('\\') && !text.includes('\0')
}

/** @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}

function crlf(value: string): string {
  return value.replaceAll(/\r\n|\r|\n/g, '\r\n')
}

function lowerAscii(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}
