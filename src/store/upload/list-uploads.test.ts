import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileStore, sendSigned, testStore } from '../../../test/store-client.ts'
import type { Store } from '../open-store.ts'
import { idIn } from './upload.fixture.ts'

/** docs/spec/object-api.md section 5: ListMultipartUploads. */

test('a listing of no uploads is empty', async () => {
  const { text } = await list(await testStore())
  expect(text).toContain(
    '<ListMultipartUploadsResult><Bucket>photos</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>' +
      '<Delimiter></Delimiter><Prefix></Prefix><MaxUploads>1000</MaxUploads><NextKeyMarker></NextKeyMarker>' +
      '<NextUploadIdMarker></NextUploadIdMarker><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
  )
})

test('a listing names every upload, and none that is over or in another bucket', async () => {
  const store = await testStore()
  const id = await begin(store, 'a.txt', { 'x-oss-storage-class': 'IA' })
  const over = await begin(store, 'b.txt')
  await sendSigned(store, { method: 'DELETE', target: `/photos/b.txt?uploadId=${over}` })
  await sendSigned(store, { method: 'POST', target: '/shown/c.txt?uploads' })
  const { text } = await list(store)
  expect(text).toContain(
    `<IsTruncated>false</IsTruncated><Upload><Key>a.txt</Key><UploadId>${id}</UploadId><StorageClass>IA</StorageClass>` +
      '<Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload></ListMultipartUploadsResult>',
  )
})

/** In the order of their UTF-8, which is not that of UTF-16: U+FF21 stands before U+1F600. */
const KEYS = ['a', 'a b', 'a+b', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/1', '中', 'Ａ', '😀']

const many = await fileStore()
for (const key of KEYS.toReversed()) await begin(many, key)

test.each([
  ['', KEYS],
  ['prefix=a', KEYS.slice(0, 7)],
  ['prefix=a/', ['a/1', 'a/2', 'a/b/3']],
  ['prefix=nothing', []],
  ['delimiter=/', ['a', 'a b', 'a+b', 'a/*', 'a0', 'b/*', '中', 'Ａ', '😀']],
  ['delimiter=/&prefix=a/', ['a/1', 'a/2', 'a/b/*']],
  ['delimiter=b/&prefix=a', ['a', 'a b', 'a+b', 'a/1', 'a/2', 'a/b/*', 'a0']],
  ['delimiter=%20', ['a', 'a *', 'a+b', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/1', '中', 'Ａ', '😀']],
  ['key-marker=a/2', ['a/b/3', 'a0', 'b/1', '中', 'Ａ', '😀']],
  ['key-marker=a/1z', ['a/2', 'a/b/3', 'a0', 'b/1', '中', 'Ａ', '😀']],
  ['key-marker=a/&delimiter=/', ['a0', 'b/*', '中', 'Ａ', '😀']],
  ['key-marker=a/1&delimiter=/', ['a0', 'b/*', '中', 'Ａ', '😀']],
  ['key-marker=a&prefix=b', ['b/1']],
  ['key-marker=c&prefix=b', []],
  ['key-marker=Ａ', ['😀']],
  ['upload-id-marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', KEYS],
  ['prefix=&delimiter=&key-marker=&upload-id-marker=&max-uploads=', KEYS],
])('?uploads&%s lists %j', async (query, expected) => {
  expect(names((await list(many, query)).text)).toEqual(expected)
})

test('whoever asks for it gets every name percent-encoded', async () => {
  const query = 'encoding-type=url&delimiter=/&prefix=a&key-marker=a%20&max-uploads=3'
  const { text } = await list(many, query)
  for (const xml of [
    '<EncodingType>url</EncodingType>',
    '<KeyMarker>a%20</KeyMarker>',
    '<Delimiter>%2F</Delimiter>',
    '<Prefix>a</Prefix>',
    '<Key>a%20b</Key>',
    '<Key>a%2Bb</Key>',
    '<CommonPrefixes><Prefix>a%2F</Prefix></CommonPrefixes>',
    '<NextKeyMarker>a%2F</NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker><IsTruncated>true</IsTruncated>',
  ])
    expect(text).toContain(xml)
})

test('uploads of one key come in the order of their ids, and an id goes on where a page ended', async () => {
  const store = await testStore()
  const ids = [await begin(store, 'k'), await begin(store, 'k'), await begin(store, 'k')].sort()
  const first = await list(store, 'max-uploads=2')
  expect(next(first.text)).toEqual({ key: 'k', id: ids[1], truncated: 'true' })
  const second = await list(store, `max-uploads=2&key-marker=k&upload-id-marker=${ids[1]}`)
  expect(idIn(second.text)).toBe(ids[2])
  expect(next(second.text)).toEqual({ key: 'k', id: ids[2], truncated: 'false' })
  expect(names((await list(store, 'key-marker=k')).text)).toEqual([])
  expect(names((await list(store, 'key-marker=k&upload-id-marker=0')).text)).toEqual(['k', 'k', 'k'])
  expect(names((await list(store, `key-marker=k&upload-id-marker=${'Ω'.repeat(500)}`)).text)).toEqual([])
})

test.each([
  [10, 'true'],
  [11, 'false'],
  [12, 'false'],
])('eleven uploads in pages of %i: truncated is %s', async (max, truncated) => {
  expect(next((await list(many, `max-uploads=${max}`)).text)?.truncated).toBe(truncated)
})

test('whatever the size of the pages, all of them together are the whole', async () => {
  const queries = fc.record({
    max: fc.integer({ min: 1, max: 12 }),
    prefix: fc.constantFrom('', 'a', 'a/', 'b', '中', 'Ａ'),
    delimiter: fc.constantFrom('', '/', 'b', '1'),
  })
  await fc.assert(
    fc.asyncProperty(queries, async ({ max, prefix, delimiter }) => {
      const query = `prefix=${encodeURIComponent(prefix)}&delimiter=${encodeURIComponent(delimiter)}`
      const whole = names((await list(many, query)).text)
      const listed: string[] = []
      for (let marker = ''; ; ) {
        const { text } = await list(many, `${query}&max-uploads=${max}${marker}`)
        listed.push(...names(text))
        const { key = '', id, truncated } = next(text)
        marker = `&key-marker=${encodeURIComponent(key)}&upload-id-marker=${id}`
        if (truncated === 'false') break
      }
      expect(listed).toEqual(whole)
    }),
    { numRuns: 60 },
  )
})

test.each(['max-uploads=1', 'max-uploads=1000', `prefix=${'a'.repeat(1023)}`])('%s is taken', async (query) => {
  expect((await list(many, query)).status).toBe(200)
})

test.each([
  'max-uploads=0',
  'max-uploads=1001',
  'max-uploads=x',
  'encoding-type=xml',
  `prefix=${'a'.repeat(1024)}`,
  `key-marker=${'a'.repeat(1024)}`,
  `delimiter=${'a'.repeat(1024)}`,
])('%s is refused', async (query) => {
  const { status, error } = await list(many, query)
  expect([status, error.get('Code'), error.get('ArgumentName')]).toEqual([400, 'InvalidArgument', query.split('=')[0]])
})

async function begin(store: Store, key: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const target = `/photos/${encodeURIComponent(key)}?uploads`
  return idIn((await sendSigned(store, { method: 'POST', target, headers })).text)
}

function list(store: Store, query = '') {
  const ascii = query.replaceAll(/[^ -~]+/gu, encodeURIComponent)
  return sendSigned(store, { method: 'GET', target: `/photos?uploads&${ascii}` })
}

/** Keys, and common prefixes with a star behind them, in the order of their UTF-8. */
function names(xml: string): string[] {
  const keys = [...xml.matchAll(/<Key>([^<]*)</g)].map(([, key = '']) => key)
  const prefixes = [...xml.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map(([, prefix]) => `${prefix}*`)
  return [...keys, ...prefixes].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

function next(xml: string) {
  const [, key, id, truncated] =
    /<NextKeyMarker>(.*)<\/NextKeyMarker><NextUploadIdMarker>(\w*)<.*<IsTruncated>(\w+)</.exec(xml) ?? []
  if (truncated === undefined) throw new Error(xml)
  return { key, id, truncated }
}
