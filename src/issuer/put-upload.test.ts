import { expect, test } from 'vitest'
import { ask, CREDENTIAL, NOW, PNG, testIssuer } from './issuer.fixture.ts'
import { s3 } from './storage/s3.ts'
import { createUploadTokens } from './token/upload-token.ts'

const SECRET = 's'.repeat(32)
const storage = s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: CREDENTIAL, takesForms: false })

test('where the storage takes no forms, the answer is one PUT of what was announced, and a token to report it', async () => {
  const routes = { default: { acl: 'private', maxSize: 2000 } } as const
  const issuer = testIssuer({ storage, routes, tokenSecret: SECRET })
  const answer = await (await ask(issuer, { ...PNG, meta: { album: 'summer' } })).json()
  const { method, url, headers, key, expiresAt, maxSize, token } = answer
  expect({ method, headers, expiresAt, maxSize }).toEqual({
    method: 'PUT',
    headers: { 'content-type': 'image/png', 'x-amz-acl': 'private', 'x-amz-meta-album': 'summer' },
    expiresAt: '2026-11-24T23:40:05.678Z',
    maxSize: 2000,
  })
  const { origin, pathname, searchParams } = new URL(url)
  expect(`${origin}${pathname}`).toBe(`${storage.url}${key}`)
  expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;x-amz-acl;x-amz-meta-album')
  expect(createUploadTokens(SECRET, 'photos').read(token, NOW)).toMatchObject({ key, size: PNG.size, type: PNG.type })
})

test('a field that only a form can carry is a refusal, not an object without it', async () => {
  const routes = { default: { fields: { tagging: '<Tagging/>' } } }
  const response = await ask(testIssuer({ storage, routes }), PNG)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('"tagging"') })
})
