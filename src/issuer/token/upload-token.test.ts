import { expect, test } from 'vitest'
import { createUploadTokens, type UploadFacts } from './upload-token.ts'

const NOW = new Date('2026-11-24T12:00:00.000Z')
const FACTS: UploadFacts = {
  id: 'a1',
  route: 'default',
  key: 'uploads/a.png',
  user: 'ann',
  size: 5,
  minSize: 1,
  maxSize: 10,
  type: 'image/png',
  expires: NOW.getTime() + 1000,
}
const SECRET = 's'.repeat(32)

test('a token gives back what was written, in every process that has the secret', () => {
  const token = createUploadTokens(SECRET, 'photos').write(FACTS)
  expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/)
  expect(createUploadTokens(SECRET, 'photos').read(token, NOW)).toEqual(FACTS)
  const inParts = { ...FACTS, uploadId: 'u1', partSize: 8_388_608 }
  expect(createUploadTokens(SECRET, 'photos').read(createUploadTokens(SECRET, 'photos').write(inParts), NOW)).toEqual(
    inParts,
  )
})

test('a token is good until its instant, and not from it on', () => {
  const tokens = createUploadTokens(undefined, 'photos')
  const token = tokens.write(FACTS)
  expect(tokens.read(token, new Date(FACTS.expires - 1)).id).toBe('a1')
  expect(() => tokens.read(token, new Date(FACTS.expires))).toThrow(
    expect.objectContaining({ code: 'upload-token-expired' }),
  )
})

const written = createUploadTokens(SECRET, 'photos').write(FACTS)
const [payload = '', signature = ''] = written.split('.')
const other = Buffer.from(JSON.stringify({ ...FACTS, key: 'uploads/b.png' })).toString('base64url')
test.each([
  ['another key', `${other}.${signature}`],
  ['no signature', payload],
  ['an empty signature', `${payload}.`],
  ['a longer signature', `${written}AA`],
  ['something behind it', `${written}.x`],
  ['a token of another secret', createUploadTokens('t'.repeat(32), 'photos').write(FACTS)],
  ['a token of another bucket', createUploadTokens(SECRET, 'papers').write(FACTS)],
  ['nothing', ''],
  ['a text without end', 'a'.repeat(10_000)],
])('%s is no token', (_, token) => {
  expect(() => createUploadTokens(SECRET, 'photos').read(token, NOW)).toThrow(
    expect.objectContaining({ code: 'upload-token-invalid' }),
  )
})

test('a secret under 32 bytes is refused', () => {
  expect(() => createUploadTokens('s'.repeat(31), 'photos')).toThrow('openssl rand')
})
