import { expect, test } from 'vitest'
import { fileStore, freshKey, type Sent, send, sendSigned } from '../../../test/store-client.ts'

/** docs/spec/object-api.md section 5: tagging. */

let now = new Date('2026-01-02T03:04:05.000Z')
const store = await fileStore({ now: () => now })
const ask = (method: string, target: string, more: Partial<Sent> = {}) =>
  sendSigned(store, { method, target: `/photos/${target}`, ...more })
const tagging = (...tags: readonly (readonly [string, string])[]) =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`
const tagsOf = async (key: string) => {
  const { text } = await ask('GET', `${key}?tagging`)
  return [...text.matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/g)].map(([, name, value]) => [
    name,
    value,
  ])
}

test('an object without tags has an empty set of them', async () => {
  const key = freshKey()
  await ask('PUT', key, { body: 'hello' })
  expect((await ask('GET', `${key}?tagging`)).text).toContain('<Tagging><TagSet></TagSet></Tagging>')
  expect((await ask('HEAD', key)).headers['x-oss-tagging-count']).toBeUndefined()
})

test('tags are put, replaced and deleted, and the time of the object stays', async () => {
  const key = freshKey()
  await ask('PUT', key, { body: 'hello', headers: { 'x-oss-tagging': 'color=red&sold' } })
  const before = (await ask('HEAD', key)).headers
  expect(before['x-oss-tagging-count']).toBe('2')
  expect(await tagsOf(key)).toEqual([
    ['color', 'red'],
    ['sold', ''],
  ])

  now = new Date(now.getTime() + 5000)
  expect(
    await ask('PUT', `${key}?tagging`, { body: tagging([' a ', 'b&lt;'.slice(0, 1)], ['é', '作']) }),
  ).toMatchObject({
    status: 200,
    text: '',
  })
  expect(await tagsOf(key)).toEqual([
    [' a ', 'b'],
    ['é', '作'],
  ])
  const after = (await ask('HEAD', key)).headers
  expect([after['last-modified'], after['etag']]).toEqual([before['last-modified'], before['etag']])

  for (let times = 0; times < 2; times++) expect((await ask('DELETE', `${key}?tagging`)).status).toBe(204)
  expect(await tagsOf(key)).toEqual([])
  expect((await ask('GET', key)).text).toBe('hello')
})

test('a put without tags leaves an object without tags', async () => {
  const key = freshKey()
  await ask('PUT', key, { headers: { 'x-oss-tagging': 'a=1' } })
  await ask('PUT', key)
  expect(await tagsOf(key)).toEqual([])
})

const many = (count: number) => Array.from({ length: count }, (_, at) => [`k${at}`, 'v'] as const)
test.each([
  ['ten tags', tagging(...many(10)), undefined],
  ['eleven tags', tagging(...many(11)), 'TooManyTags'],
  ['a key twice', tagging(['a', '1'], ['a', '2']), 'RepeatedTags'],
  ['no key', tagging(['', '1']), 'InvalidTaggingKey'],
  ['a character that is not allowed', tagging(['a', 'b&amp;c']), 'InvalidTag'],
  ['no tags', '<Tagging><TagSet/></Tagging>', undefined],
  ['no value', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', undefined],
  ['no set', '<Tagging></Tagging>', 'MalformedXML'],
  ['two sets', '<Tagging><TagSet/><TagSet/></Tagging>', 'MalformedXML'],
  ['two keys', '<Tagging><TagSet><Tag><Key>a</Key><Key>b</Key></Tag></TagSet></Tagging>', 'MalformedXML'],
  ['another root', '<Tags/>', 'MalformedXML'],
  ['no body', '', 'MalformedXML'],
  ['a document that swells', '<!DOCTYPE a [<!ENTITY b "c">]><Tagging><TagSet/></Tagging>', 'MalformedXML'],
  ['64 KiB', `${tagging(['a', '1'])}${' '.repeat(65536 - tagging(['a', '1']).length)}`, undefined],
  ['a byte more', `${tagging(['a', '1'])}${' '.repeat(65537 - tagging(['a', '1']).length)}`, 'MalformedXML'],
])('a document with %s', async (_, body, code) => {
  const key = freshKey()
  await ask('PUT', key, { headers: { 'x-oss-tagging': 'before=1' } })
  expect((await ask('PUT', `${key}?tagging`, { body })).error.get('Code')).toBe(code)
  if (code !== undefined) expect(await tagsOf(key)).toEqual([['before', '1']])
})

test.each(['GET', 'PUT', 'DELETE'])('%s of the tags of what is not there is refused', async (method) => {
  const more = method === 'PUT' ? { body: tagging(['a', '1']) } : {}
  const answer = await ask(method, `nothing?tagging`, more)
  expect([answer.status, answer.error.get('Code')]).toEqual([404, 'NoSuchKey'])
  expect((await ask('HEAD', 'nothing')).status).toBe(404)
})

test.each(['GET', 'PUT', 'DELETE'])('%s of tags wants a signature, however open the bucket is', async (method) => {
  const key = freshKey()
  await sendSigned(store, { method: 'PUT', target: `/open/${key}`, headers: { 'x-oss-tagging': 'a=1' } })
  expect((await send(store, { method, target: `/open/${key}?tagging`, body: tagging(['b', '1']) })).status).toBe(403)
  const read = await send(store, { method: 'GET', target: `/open/${key}` })
  expect([read.status, read.headers['x-oss-tagging-count']]).toEqual([200, undefined])
})

test('a copy takes tags along, or gets others', async () => {
  const [source, key] = [freshKey(), freshKey()]
  await ask('PUT', source, { headers: { 'x-oss-tagging': 'a=1' } })
  const copied = async (headers: Record<string, string>, from = source) => {
    await ask('PUT', key, { headers: { 'x-oss-copy-source': `/photos/${from}`, ...headers } })
    return await tagsOf(key)
  }
  expect(await copied({})).toEqual([['a', '1']])
  expect(await copied({ 'x-oss-tagging': 'b=2' })).toEqual([['a', '1']])
  expect(await copied({ 'x-oss-tagging': 'b=2', 'x-oss-tagging-directive': 'Copy' })).toEqual([['a', '1']])
  expect(await copied({ 'x-oss-tagging': 'b=2', 'x-oss-tagging-directive': 'Replace' })).toEqual([['b', '2']])
  expect(await copied({ 'x-oss-meta-a': '1' }, key)).toEqual([['b', '2']])
  expect(await copied({ 'x-oss-tagging-directive': 'REPLACE' })).toEqual([])
})

test('tags that change while an object is appended to are kept, and so is what was appended', async () => {
  const key = freshKey()
  await ask('POST', `${key}?append&position=0`, { body: 'x' })
  for (let at = 1; at < 10; at++) {
    const [appended] = await Promise.all([
      ask('POST', `${key}?append&position=${at}`, { body: 'x' }),
      ask('PUT', `${key}?tagging`, { body: tagging(['at', String(at)]) }),
    ])
    expect(appended.status).toBe(200)
    expect(await tagsOf(key)).toEqual([['at', String(at)]])
  }
  expect((await ask('GET', key)).text).toBe('x'.repeat(10))
})
