import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, fileStore, send, sendSigned } from '../../../test/store-client.ts'

/** docs/spec/object-api.md sections 3 and 5: ListObjects in both versions, through the store's handler. */

const store = await fileStore()
const KEYS = ['a', 'a/1', 'a/2', 'b c+d%', 'deep/er/1', 'deep/er/2', 'zoë', '\uFF5E', '😀']
const CONTROL = 'raw/\x01'

beforeAll(async () => {
  for (const key of KEYS) await put('photos', key)
  await put('shown', CONTROL)
  await put('shown', 'plain')
})

async function put(bucket: string, key: string): Promise<void> {
  const target = `/${bucket}/${encodeURIComponent(key)}`
  expect((await sendSigned(store, { method: 'PUT', target, body: 'hello' })).status).toBe(200)
}

const ask = (query: string, bucket = 'photos') => sendSigned(store, { method: 'GET', target: `/${bucket}/?${query}` })

/** The document as a client reads it, every element a list. */
function read({ text, status }: Answer): Record<string, readonly unknown[]> {
  expect(status).toBe(200)
  expect(XMLValidator.validate(text)).toBe(true)
  const parser = new XMLParser({ parseTagValue: false, trimValues: false, isArray: () => true, htmlEntities: true })
  return parser.parse(text)['ListBucketResult'][0]
}

const tags = (elements: readonly unknown[] = [], name: string) =>
  elements.map((element) => (element instanceof Object ? new Map(Object.entries(element)).get(name)?.[0] : undefined))
const keys = (answer: Answer) => tags(read(answer)['Contents'], 'Key')
const prefixes = (answer: Answer) => tags(read(answer)['CommonPrefixes'], 'Prefix')

test('version 1 says what was asked, and of every object what OSS says', async () => {
  const answer = await ask('prefix=a%2F1')
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>photos</Name><Prefix>a/1</Prefix><Marker></Marker>' +
      '<MaxKeys>100</MaxKeys><Delimiter></Delimiter><IsTruncated>false</IsTruncated><Contents><Key>a/1</Key>' +
      '<LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>"5D41402ABC4B2A76B9719D911017C592"</ETag>' +
      '<Type>Normal</Type><Size>5</Size><StorageClass>Standard</StorageClass>' +
      '<Owner><ID>test-key</ID><DisplayName>test-key</DisplayName></Owner></Contents></ListBucketResult>',
  )
})

test('version 2 says how many there are, and nothing that was not asked', async () => {
  expect((await ask('list-type=2&prefix=a%2F1')).text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>photos</Name><Prefix>a/1</Prefix>' +
      '<MaxKeys>100</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>a/1</Key>' +
      '<LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>"5D41402ABC4B2A76B9719D911017C592"</ETag>' +
      '<Type>Normal</Type><Size>5</Size><StorageClass>Standard</StorageClass></Contents>' +
      '<KeyCount>1</KeyCount></ListBucketResult>',
  )
})

test('keys are in the order of their UTF-8', async () => {
  expect(keys(await ask(''))).toEqual(KEYS)
})

test('with a delimiter, what is below it stands once', async () => {
  const answer = await ask('delimiter=/')
  expect(keys(answer)).toEqual(['a', 'b c+d%', 'zoë', '\uFF5E', '😀'])
  expect(prefixes(answer)).toEqual(['a/', 'deep/'])
  expect(prefixes(await ask('delimiter=/&prefix=deep/'))).toEqual(['deep/er/'])
})

test('pages of version 1 follow each other by NextMarker, common prefixes too', async () => {
  const seen: unknown[] = []
  const markers: unknown[] = []
  for (let marker: unknown = ''; marker !== undefined; ) {
    const answer = await ask(`delimiter=/&max-keys=2&marker=${encodeURIComponent(String(marker))}`)
    seen.push([...keys(answer), ...prefixes(answer)])
    marker = read(answer)['NextMarker']?.[0]
    markers.push(marker)
  }
  expect(seen).toEqual([['a', 'a/'], ['b c+d%', 'deep/'], ['zoë', '\uFF5E'], ['😀']])
  expect(markers).toEqual(['a/', 'deep/', '\uFF5E', undefined])
})

test('pages of version 2 follow each other by their tokens, which say nothing', async () => {
  const seen: unknown[] = []
  let token = ''
  do {
    const answer = await ask(`list-type=2&start-after=a&max-keys=3&continuation-token=${token}`)
    seen.push(keys(answer))
    const document = read(answer)
    expect(document['StartAfter']).toEqual(['a'])
    expect(document['ContinuationToken']).toEqual(token === '' ? undefined : [token])
    expect(document['IsTruncated']).toEqual([String(document['NextContinuationToken'] !== undefined)])
    token = String(document['NextContinuationToken']?.[0] ?? '')
    expect(token).toMatch(/^[\w-]*$/)
  } while (token !== '')
  expect(seen).toEqual([
    ['a/1', 'a/2', 'b c+d%'],
    ['deep/er/1', 'deep/er/2', 'zoë'],
    ['\uFF5E', '😀'],
  ])
})

test.each(['list-type=2&start-after=zo%C3%AB', 'marker=zo%C3%AB'])('%s: only what is greater', async (query) => {
  expect(keys(await ask(query))).toEqual(['\uFF5E', '😀'])
})

test('the owner is told in version 2 where it is asked for', async () => {
  expect((await ask('list-type=2&fetch-owner=true')).text.split('<Owner><ID>test-key</ID>').length - 1).toBe(
    KEYS.length,
  )
  expect((await ask('list-type=2&fetch-owner=false')).text).not.toContain('Owner')
})

test('encoding-type=url encodes every name, and says so', async () => {
  const query = 'encoding-type=url&prefix=b%20c%2Bd%25&marker=a%20&delimiter=%2F'
  const document = read(await ask(query))
  expect(document).toMatchObject({
    EncodingType: ['url'],
    Prefix: ['b%20c%2Bd%25'],
    Marker: ['a%20'],
    Delimiter: ['%2F'],
  })
  expect(tags(document['Contents'], 'Key')).toEqual(['b%20c%2Bd%25'])
  expect(keys(await ask('encoding-type=url&marker=zo%C3%AB'))).toEqual(['%EF%BD%9E', '%F0%9F%98%80'])
  expect(prefixes(await ask('encoding-type=url&delimiter=%2F'))).toEqual(['a%2F', 'deep%2F'])
  expect(read(await ask('encoding-type=url&max-keys=3'))['NextMarker']).toEqual(['a%2F2'])
})

test('of an object its type is told', async () => {
  await sendSigned(store, { method: 'POST', target: '/open/grown?append&position=0', body: 'hello' })
  await put('open', 'put')
  const answer = await ask('', 'open')
  expect(tags(read(answer)['Contents'], 'Type')).toEqual(['Appendable', 'Normal'])
})

test('pages of any bucket, one behind the other, show everything once', async () => {
  const characters = ['a', 'b', '/', '\0', '+', '%', 'é', '\uFF5E', '😀', '\u{10FFFF}']
  const text = (minLength: number, maxLength: number) =>
    fc.array(fc.constantFrom(...characters), { minLength, maxLength }).map((units) => units.join(''))
  const someKeys = fc.uniqueArray(
    text(1, 5).filter((key) => !key.startsWith('/')),
    { maxLength: 20 },
  )
  const delimiters = fc.constantFrom('', '/', 'a', 'é', '\u{10FFFF}')
  let runs = 0
  await fc.assert(
    fc.asyncProperty(
      someKeys,
      text(0, 2),
      delimiters,
      fc.integer({ min: 1, max: 4 }),
      async (names, prefix, delimiter, size) => {
        const bucket = `run-${runs++}`
        await store.createBucket(bucket)
        await Promise.all(names.map((name) => put(bucket, name)))
        const query = { prefix, delimiter, 'max-keys': String(size), 'encoding-type': 'url' }
        expect(await allPages(bucket, query)).toEqual(everyLine(names, prefix, delimiter))
      },
    ),
    { numRuns: 60 },
  )
})

/** What the pages of version 2 show: of each its objects, then its common prefixes. */
async function allPages(bucket: string, query: Record<string, string>): Promise<string[]> {
  const seen: string[] = []
  for (let token: unknown = ''; token !== undefined; ) {
    const answer = await ask(
      String(new URLSearchParams({ ...query, 'list-type': '2', 'continuation-token': String(token) })),
      bucket,
    )
    const { NextContinuationToken, KeyCount } = read(answer)
    const shown = [...keys(answer), ...prefixes(answer)].map((name) => decodeURIComponent(String(name)))
    expect(KeyCount).toEqual([String(shown.length)])
    seen.push(...shown)
    token = NextContinuationToken?.[0]
  }
  return inOrder(seen)
}

function everyLine(names: readonly string[], prefix: string, delimiter: string): string[] {
  const lines = names
    .filter((name) => name.startsWith(prefix))
    .map((name) => {
      const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
      return at === -1 ? name : name.slice(0, at + delimiter.length)
    })
  return inOrder([...new Set(lines)])
}

const inOrder = (names: readonly string[]) =>
  names
    .map((name) => Buffer.from(name))
    .sort(Buffer.compare)
    .map(String)

describe('a name that XML cannot hold', () => {
  test('is refused without encoding-type=url, and told percent-encoded', async () => {
    for (const query of ['', 'list-type=2', 'prefix=raw', 'delimiter=%01', 'prefix=%01', 'marker=%01']) {
      const answer = await ask(query, 'shown')
      expect([answer.status, answer.error.get('Code')]).toEqual([400, 'InvalidArgument'])
      expect(answer.error.get('Message')).toMatch(/^The answer would hold a name that XML cannot hold\. .*%01/)
      expect(XMLValidator.validate(answer.text)).toBe(true)
    }
  })

  test('is told with encoding-type=url', async () => {
    expect(keys(await ask('encoding-type=url', 'shown'))).toEqual(['plain', 'raw%2F%01'])
  })

  test('does not matter to a page that does not show it', async () => {
    expect(keys(await ask('delimiter=%2F', 'shown'))).toEqual(['plain'])
  })
})

const long = (bytes: number) => 'x'.repeat(bytes)

test.each([
  'max-keys=1',
  'max-keys=1000',
  'max-keys=',
  'prefix=&marker=&delimiter=&encoding-type=&continuation-token=',
  `prefix=${long(1023)}`,
  `marker=${long(1023)}`,
  `list-type=2&start-after=${long(1023)}`,
  'delimiter=%F0%9F%98%80',
  'unknown=1',
])('%s is taken', async (query) => {
  expect((await ask(query)).status).toBe(200)
})

test.each([
  ['max-keys=0', 'max-keys', '0015-00000402'],
  ['max-keys=1001', 'max-keys', '0015-00000402'],
  ['max-keys=-1', 'max-keys', '0015-00000402'],
  ['max-keys=1.5', 'max-keys', '0015-00000402'],
  ['max-keys=ten', 'max-keys', '0015-00000402'],
  ['list-type=2&max-keys=1e2', 'max-keys', '0015-00000402'],
  [`prefix=${long(1024)}`, 'prefix', '0015-00000403'],
  [`prefix=${encodeURIComponent('é'.repeat(512))}`, 'prefix', '0015-00000403'],
  [`marker=${long(1024)}`, 'marker', '0015-00000405'],
  [`list-type=2&start-after=${long(1024)}`, 'start-after', undefined],
  ['delimiter=ab', 'delimiter', '0015-00000406'],
  ['delimiter=%F0%9F%98%80%2F', 'delimiter', '0015-00000406'],
  ['list-type=1', 'list-type', '0015-00000401'],
  ['list-type=test', 'list-type', '0015-00000401'],
  ['encoding-type=URL', 'encoding-type', '0017-00000235'],
  ['encoding-type=urlencode', 'encoding-type', '0017-00000235'],
  ['list-type=2&fetch-owner=yes', 'fetch-owner', undefined],
  ['list-type=2&continuation-token=2', 'continuation-token', '0015-00000404'],
  ['list-type=2&continuation-token=CgJiYw--', 'continuation-token', '0015-00000404'],
  ['list-type=2&continuation-token=../..', 'continuation-token', '0015-00000404'],
])('%s is refused', async (query, ArgumentName, EC) => {
  const answer = await ask(query)
  expect(answer.status).toBe(400)
  expect(Object.fromEntries(answer.error)).toMatchObject({ Code: 'InvalidArgument', ArgumentName, ...(EC && { EC }) })
  expect(answer.headers['x-oss-ec']).toBe(EC)
})

test.each(['url2', 'base64'])('encoding-type=%s is something OSS does, and this store does not', async (type) => {
  expect((await ask(`encoding-type=${type}`)).error.get('Code')).toBe('NotImplemented')
})

test('versions are not listed, and a listing does not pretend to', async () => {
  expect((await ask('versions')).status).toBe(501)
})

test('nobody lists unsigned, not even an open bucket', async () => {
  for (const target of ['/open/', '/shown/?list-type=2'])
    expect((await send(store, { method: 'GET', target })).status).toBe(403)
})

test('a bucket that is not there has no listing', async () => {
  expect((await ask('', 'nowhere')).error.get('Code')).toBe('NoSuchBucket')
})
