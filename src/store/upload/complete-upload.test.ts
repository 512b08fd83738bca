import { expect, test } from 'vitest'
import { fileStore, freshKey, kept, send, sendSigned } from '../../../test/store-client.ts'
import { bytes, initiate, partList, SMALLEST } from './upload.fixture.ts'

/** docs/spec/object-api.md section 5: CompleteMultipartUpload. */

const store = await fileStore()
const ALL = { 'x-oss-complete-all': 'yes' }

test('parts that the list does not name are left out, and gone', async () => {
  const upload = await initiate(store, freshKey())
  await upload.part(2, 'not this one')
  await upload.complete(await upload.parts({ 1: bytes(SMALLEST), 3: 'end' }))
  expect((await kept(store, upload.key))?.bytes).toHaveLength(SMALLEST + 3)
})

test('x-oss-complete-all takes all parts in the order of their numbers', async () => {
  const upload = await initiate(store, freshKey())
  await upload.part(10, 'end')
  await upload.part(9, Buffer.alloc(SMALLEST, 'b'))
  await upload.part(1, Buffer.alloc(SMALLEST, 'a'))
  expect((await upload.complete('', ALL)).status).toBe(200)
  const text = (await kept(store, upload.key))?.text
  expect([text?.[0], text?.[SMALLEST], text?.slice(-3), text?.length]).toEqual(['a', 'b', 'end', 2 * SMALLEST + 3])
})

/** As clients write the ETag of `hello`: Go and Java escape the quotes each in their own way. */
test.each([
  '"5D41402ABC4B2A76B9719D911017C592"',
  '5D41402ABC4B2A76B9719D911017C592',
  '"5d41402abc4b2a76b9719d911017c592"',
  '&quot;5D41402ABC4B2A76B9719D911017C592&quot;',
  '&#34;5D41402ABC4B2A76B9719D911017C592&#34;',
  '&#x22;5D41402ABC4B2A76B9719D911017C592&#x22;',
  '\n  "5D41402ABC4B2A76B9719D911017C592"\n',
])('the ETag of a part may be written %j', async (etag) => {
  const upload = await initiate(store, freshKey())
  await upload.part(1, 'hello')
  expect((await upload.complete(partList([[1, etag]]))).status).toBe(200)
})

test('a document with a declaration, a namespace and lines of its own is read', async () => {
  const upload = await initiate(store, freshKey())
  await upload.part(1, 'hello')
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
    <CompleteMultipartUpload xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
      <Part>
        <ETag>"5D41402ABC4B2A76B9719D911017C592"</ETag>
        <PartNumber>1</PartNumber>
      </Part>
    </CompleteMultipartUpload>`
  expect((await upload.complete(xml)).status).toBe(200)
})

const HELLO = '"5D41402ABC4B2A76B9719D911017C592"'
const ROOT = 'CompleteMultipartUpload'

test.each([
  ['no list at all', '', 'MalformedXML'],
  ['a list of nothing', `<${ROOT}/>`, 'MalformedXML'],
  ['no XML', 'hello', 'MalformedXML'],
  ['another root', partList([[1, HELLO]]).replaceAll(ROOT, 'Delete'), 'MalformedXML'],
  ['a document that ends early', partList([[1, HELLO]]).slice(0, -1), 'MalformedXML'],
  ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e "1">]>${partList([[1, HELLO]])}`, 'MalformedXML'],
  ['a part without a number', `<${ROOT}><Part><ETag>x</ETag></Part></${ROOT}>`, 'MalformedXML'],
  ['a part without an ETag', `<${ROOT}><Part><PartNumber>1</PartNumber></Part></${ROOT}>`, 'MalformedXML'],
  ['a part with two numbers', partList([[1, `${HELLO}</ETag><PartNumber>2</PartNumber><ETag>`]]), 'MalformedXML'],
  ['an ETag that is an element', partList([[1, '<b/>']]), 'MalformedXML'],
  ['the number 0', partList([[0, HELLO]]), 'InvalidArgument'],
  ['the number 10001', partList([[10_001, HELLO]]), 'InvalidArgument'],
  ['a number that is none', partList([['one', HELLO]]), 'InvalidArgument'],
  [
    'numbers that descend',
    partList([
      [2, HELLO],
      [1, HELLO],
    ]),
    'InvalidPartOrder',
  ],
  [
    'a number twice',
    partList([
      [1, HELLO],
      [1, HELLO],
    ]),
    'InvalidPartOrder',
  ],
  [
    'a part that was not uploaded',
    partList([
      [1, HELLO],
      [3, HELLO],
    ]),
    'InvalidPart',
  ],
  ['another ETag', partList([[1, '"00000000000000000000000000000000"']]), 'InvalidPart'],
  ['an empty ETag', partList([[1, '']]), 'InvalidPart'],
  [
    'a part of too few bytes',
    partList([
      [1, HELLO],
      [2, HELLO],
    ]),
    'EntityTooSmall',
  ],
])('a completion is refused for %s, and the upload goes on', async (_, list, code) => {
  const upload = await initiate(store, freshKey())
  for (const number of [1, 2]) await upload.part(number, 'hello')
  const refused = await upload.complete(list)
  expect([refused.status, refused.error.get('Code')]).toEqual([400, code])
  expect(await kept(store, upload.key)).toBeUndefined()
  expect((await upload.complete(partList([[2, HELLO]]))).status).toBe(200)
})

test.each([
  [SMALLEST, 200],
  [SMALLEST - 1, 400],
])('a part of %i bytes that is not the last: %i', async (size, status) => {
  const upload = await initiate(store, freshKey())
  const answer = await upload.complete(await upload.parts({ 1: bytes(size), 2: 'end' }))
  expect(answer.status).toBe(status)
  if (status === 400)
    expect(Object.fromEntries(answer.error)).toMatchObject({
      MinSizeAllowed: '102400',
      ProposedSize: String(size),
      PartNumber: '1',
    })
})

test('all parts are asked for by the header or by the list, not by both', async () => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'hello' })
  const { status, error } = await upload.complete(list, ALL)
  expect([status, error.get('Code'), error.get('EC')]).toEqual([400, 'InvalidArgument', '0042-00000216'])
  expect(error.get('Message')).toMatch(/^Should not speficy both complete all header and http body\./)
  const other = await upload.complete(list, { 'x-oss-complete-all': 'no' })
  expect([other.status, other.error.get('ArgumentName')]).toEqual([400, 'x-oss-complete-all'])
})

test('an upload without parts has nothing to complete', async () => {
  const upload = await initiate(store, freshKey())
  expect((await upload.complete('', ALL)).error.get('Code')).toBe('InvalidPart')
})

test('who forbids to overwrite is obeyed at the start and at the end', async () => {
  const key = freshKey()
  const forbid = { 'x-oss-forbid-overwrite': 'true' }
  const [early, late, free] = [
    await initiate(store, key, forbid),
    await initiate(store, key),
    await initiate(store, key),
  ]
  const lists = [await early.parts({ 1: 'a' }), await late.parts({ 1: 'b' }), await free.parts({ 1: 'c' })] as const
  await sendSigned(store, { method: 'PUT', target: `/photos/${key}`, body: 'first' })
  for (const refused of [
    await sendSigned(store, { method: 'POST', target: `/photos/${key}?uploads`, headers: forbid }),
    await early.complete(lists[0]),
    await late.complete(lists[1], forbid),
  ])
    expect([refused.status, refused.error.get('Code')]).toEqual([409, 'FileAlreadyExists'])
  expect((await kept(store, key))?.text).toBe('first')
  expect((await free.complete(lists[2])).status).toBe(200)
  expect((await kept(store, key))?.text).toBe('c')
})

test('tags, encryption and ACL come from the start; an ACL at the end counts instead', async () => {
  const headers = {
    'x-oss-tagging': 'a=1&b=2',
    'x-oss-server-side-encryption': 'AES256',
    'x-oss-object-acl': 'private',
  }
  const upload = await initiate(store, freshKey(), headers)
  const list = await upload.parts({ 1: 'hello' })
  const made = await upload.complete(list, { 'x-oss-object-acl': 'public-read' })
  expect(made.headers['x-oss-server-side-encryption']).toBe('AES256')
  const { status, headers: got } = await send(store, { method: 'GET', target: `/photos/${upload.key}` }) // unsigned
  expect([status, got['x-oss-server-side-encryption']]).toEqual([200, 'AES256'])
  const owned = await sendSigned(store, { method: 'HEAD', target: `/photos/${upload.key}` })
  expect(owned.headers['x-oss-tagging-count']).toBe('2')
})

test.each([
  ['an ACL', { 'x-oss-object-acl': 'open' }],
  ['whether to overwrite', { 'x-oss-forbid-overwrite': 'yes' }],
])('%s must be one that is known', async (_, headers) => {
  const upload = await initiate(store, freshKey())
  expect((await upload.complete(await upload.parts({ 1: 'x' }), headers)).error.get('Code')).toBe('InvalidArgument')
})
