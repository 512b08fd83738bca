import { expect, test } from 'vitest'
import { parseBoundary } from '../../src/multipart/boundary.ts'
import { chunksOf, type Outcome, outcomeOf } from '../fixtures/forms/bodies.ts'
import { capturedForms } from '../fixtures/forms/captured.ts'

/** What every client was given to send, where it could: names and values in any language, empty, with a line end, with quotes. */
const FIELDS = {
  key: 'user/中文 "quoted" 😀.txt',
  'x-oss-meta-empty': '',
  'x-oss-meta-lines': 'one\r\ntwo',
  'x-oss-meta-标签': '值',
}
/** A field's name with quotes and a backslash, which clients write in different ways. */
const PERCENT = 'say %22hi%22\\'
const BACKSLASH = 'say "hi"\\'
const TEXT = 'first line\r\n--not a delimiter\r\n\0 last line'

const expected: Record<string, Partial<Outcome>> = {
  'chromium-fetch': {
    fields: { ...FIELDS, [PERCENT]: 'back\\slash', 'line%0d%0abreak': 'v' },
    filename: '照片 %221%22 😀 100%.txt',
    contentType: 'text/plain',
    content: TEXT,
  },
  'chromium-html-form': {
    fields: { ...FIELDS, [PERCENT]: 'back\\slash', _charset_: 'UTF-8' },
    filename: '照片 %221%22 😀 100%.txt',
    contentType: 'text/plain',
    content: TEXT,
  },
  'chromium-no-file-chosen': { filename: '', contentType: 'application/octet-stream', content: '' },
  'chromium-latin1-form': { refused: 'entry-malformed' },
  'chromium-file-name-ends-in-backslash': { filename: 'back\\', content: 'x' },
  'chromium-xhr-blob-without-type': { filename: 'blob', contentType: 'application/octet-stream', content: '' },
  curl: { fields: { ...FIELDS, [PERCENT]: 'back\\slash' }, filename: '照片 %221%22 😀.txt', content: 'hello' },
  'curl-form-escape': {
    fields: { ...FIELDS, [BACKSLASH]: 'back\\slash' },
    filename: '照片 "1" \\ 😀.txt',
    content: 'hello',
  },
  'curl-expect': { fields: { key: 'a' }, filename: 'plain.txt', contentType: 'image/png', content: 'hello' },
  go: { fields: { ...FIELDS, [BACKSLASH]: 'back\\slash' }, filename: '照片 "1" \\ 😀.txt', content: 'hello' },
  'node-fetch': {
    fields: { ...FIELDS, [PERCENT]: 'back\\slash' },
    filename: '照片 %221%22 😀 100%.txt',
    content: 'hello',
  },
  'node-form-data': { fields: { ...FIELDS, [PERCENT]: 'back\\slash' }, filename: '照片 %221%22.txt', content: 'hello' },
  'python-aiohttp': { refused: 'entry-malformed' }, // Content-Type comes first
  'python-httpx': {
    fields: { ...FIELDS, [PERCENT]: 'back\\slash' },
    filename: '照片 %221%22 😀 100%.txt',
    content: 'hello',
  },
  'python-requests': {
    fields: { ...FIELDS, [PERCENT]: 'back\\slash' },
    filename: '照片 %221%22 100%.txt',
    content: 'hello',
  },
  'python-requests-fields-as-files': {
    fields: { key: 'a' },
    filename: 'file',
    contentType: undefined,
    content: 'hello',
  },
}

test('every captured form is expected here', () => {
  expect(
    capturedForms()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(expected).sort())
})

test.each(capturedForms())('the form that $name sent is read as it was meant', async ({ name, contentType, body }) => {
  const boundary = parseBoundary(contentType)
  for (const sizes of [[], [1], [64, 3]]) {
    const outcome = await outcomeOf(chunksOf(body, sizes), { boundary })
    for (const [what, value] of Object.entries(expected[name] ?? {})) expect(outcome).toHaveProperty(what, value)
  }
})

test('S3 takes the form of aiohttp, whose entries begin with Content-Type', async () => {
  const form = capturedForms().find(({ name }) => name === 'python-aiohttp')
  if (form === undefined) throw new Error('python-aiohttp.http is missing')
  const reading = { boundary: parseBoundary(form.contentType), dialect: 's3' } as const
  expect(await outcomeOf(chunksOf(form.body), reading)).toEqual({
    fields: { key: 'user/中文.txt' },
    filename: '%E7%85%A7%E7%89%87%20%221%22.txt',
    contentType: 'text/plain',
    content: 'hello',
  })
})
