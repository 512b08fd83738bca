import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/issuer/callback/callback.fixture.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { type Attempt, attempt, CREDENTIAL, openVictim, type Victim } from './victim.ts'

/** Who wants to write into the folder of somebody else, or over what lies there. */

let victim: Victim
beforeAll(async () => {
  victim = await openVictim()
})
afterAll(() => victim.close())

/** What a store fills in where a key holds it. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: as a key holds it
const FILENAME = '${filename}'
const MALLORY = { 'x-user': 'mallory' }
const EVA = { 'x-user': 'eva' }
const FILE = { filename: 'cat.png', size: 9, type: 'image/png' }
/** A route on which people choose what their files are called. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the issuer's
const NAMED = { default: { key: '${name}.${ext}' } }

async function begin(issuer: Handler, path: string, headers: Record<string, string>): Promise<string> {
  const { size, ...named } = FILE
  const body = path === '/s3/multipart' ? { ...named, metadata: { size: `${size}` } } : FILE
  const { status, text } = await attempt(issuer, post(path, body), headers)
  expect(status).toBe(200)
  const { token, uploadId } = JSON.parse(text)
  return token ?? uploadId
}

/** What can be done with the token of an upload. */
const STEPS: { step: string; ask: (token: string) => Attempt }[] = [
  { step: 'signing parts', ask: (token) => post('/uploads/multipart/parts', { token, partNumbers: [1] }) },
  { step: 'listing parts', ask: (token) => post('/uploads/multipart/list', { token }) },
  { step: 'completing', ask: (token) => post('/uploads/multipart/complete', { token }) },
  { step: 'giving up', ask: (token) => post('/uploads/multipart/abort', { token }) },
  { step: 'reporting', ask: (token) => post('/uploads/complete', { token }) },
  { step: "Uppy's part", ask: (token) => ({ method: 'GET', path: `/s3/multipart/${token}/1` }) },
  { step: "Uppy's batch", ask: (token) => ({ method: 'GET', path: `/s3/multipart/${token}/batch?partNumbers=1` }) },
  { step: "Uppy's list", ask: (token) => ({ method: 'GET', path: `/s3/multipart/${token}` }) },
  { step: "Uppy's end", ask: (token) => post(`/s3/multipart/${token}/complete`, { parts: [{ PartNumber: 1 }] }) },
  { step: "Uppy's way out", ask: (token) => ({ method: 'DELETE', path: `/s3/multipart/${token}` }) },
]

function post(path: string, body: unknown): Attempt {
  return { method: 'POST', path, body }
}

describe.each(STEPS)('$step', ({ ask }) => {
  test.each(['/uploads/multipart', '/s3/multipart'])('is not for whoever has stolen a token of %s', async (path) => {
    const issuer = victim.issuer()
    const token = await begin(issuer, path, EVA)
    const stolen = await attempt(issuer, ask(token), MALLORY)
    expect(stolen).toMatchObject({ status: 403, code: 'upload-token-invalid' })
    expect(await attempt(issuer, ask(token))).toMatchObject({ status: 403, code: 'upload-denied' })
  })

  test('is not for a token of which a character was changed, or that another secret signed', async () => {
    const issuer = victim.issuer()
    const token = await begin(issuer, '/uploads/multipart', EVA)
    const foreign = await begin(victim.issuer({ tokenSecret: 'x'.repeat(32) }), '/uploads/multipart', EVA)
    const [facts = '', mac = ''] = token.split('.')
    const others = JSON.parse(Buffer.from(facts, 'base64url').toString('utf8'))
    const rewritten = Buffer.from(JSON.stringify({ ...others, key: 'eva/mine.png' })).toString('base64url')
    for (const forged of [foreign, `${rewritten}.${mac}`, facts, `${facts}.`, `${token}.`, `.${mac}`])
      expect(await attempt(issuer, ask(forged), EVA), forged).toMatchObject({ status: 403 })
  })
})

test('no caller and no name of a file leads out of the folder of a caller', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the issuer's
  const routes = { default: { key: 'home/${user}/${name}.${ext}', types: ['image/png'] } }
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  const nasty = fc.oneof(
    text,
    fc.constantFrom('..', '../eva', '%2e%2e', 'a/../../eva', '..\\eva', FILENAME, 'eva/', '.', '~', '=2e', '==', '*'),
  )
  await fc.assert(
    fc.asyncProperty(nasty, nasty, async (id, filename) => {
      const issuer = victim.issuer({ routes, limits: false, authorize: () => ({ id }), onError() {} })
      const { status, text } = await attempt(issuer, post('/uploads', { ...FILE, filename: `${filename}.png` }))
      if (status !== 200) return
      const { key, fields } = JSON.parse(text)
      expect(fields.key).toBe(key)
      expect(key.split('/')).toHaveLength(4)
      expect(key).toMatch(/^uploads\/home\/[^/.][^/$*?\\]*\/[^/.][^/$*?\\]*$/)
      if (id !== 'eva') expect(key.split('/')[2]).not.toBe('eva')
    }),
    { numRuns: 300 },
  )
})

describe('where two files can want one key', () => {
  test('a URL of one PUT, which could not keep what lies there, is not handed out', async () => {
    const issuer = victim.issuer({ routes: NAMED })
    const path = '/get_presigned_url_for_oss_upload?filename=cat.png&type=image/png'
    expect(await attempt(issuer, { method: 'GET', path }, MALLORY)).toMatchObject({
      status: 404,
      code: 'path-not-found',
    })
  })

  test('nobody gets the file of somebody else reported as theirs', async () => {
    const heard: string[] = []
    const issuer = victim.issuer({ routes: NAMED, onUploaded: ({ user }) => void heard.push(user) })
    const parts = await begin(issuer, '/uploads/multipart', MALLORY) // before there is anything under the key
    const form = JSON.parse((await attempt(issuer, post('/uploads', FILE), EVA)).text)
    const { token } = JSON.parse((await attempt(issuer, post('/uploads', FILE), MALLORY)).text)
    const body = new FormData()
    for (const [name, value] of Object.entries<string>(form.fields)) body.append(name, value)
    body.append('file', new File(['123456789'], 'cat.png', { type: 'image/png' }))
    expect((await fetch(form.url, { method: 'POST', body })).status).toBe(200)

    const claim = await attempt(issuer, post('/uploads/complete', { token }), MALLORY)
    expect(claim).toMatchObject({ status: 409, code: 'upload-mismatch' })
    await attempt(issuer, post('/uploads/multipart/abort', { token: parts }), MALLORY)
    const finished = await attempt(issuer, post('/uploads/multipart/complete', { token: parts }), MALLORY)
    expect(finished).toMatchObject({ status: 409, code: 'upload-mismatch' })
    expect(heard).toEqual([])
    expect((await attempt(issuer, post('/uploads/complete', { token: form.token }), EVA)).status).toBe(200)
    expect(heard).toEqual(['eva'])
  })

  test('nobody writes the mark by which an object is known to be theirs', async () => {
    const meta = { 'postern-upload': 'x' }
    const outcome = await attempt(victim.issuer({ routes: NAMED }), post('/uploads', { ...FILE, meta }), MALLORY)
    expect(outcome).toMatchObject({ status: 400, code: 'issue-request-malformed' })
  })

  test('it is where the route says that objects may be replaced', async () => {
    const issuer = victim.issuer({ routes: { default: { ...NAMED.default, overwrite: true } } })
    const path = '/get_presigned_url_for_oss_upload?filename=cat.png&type=image/png'
    expect((await attempt(issuer, { method: 'GET', path }, MALLORY)).status).toBe(200)
  })

  test('parts become no object over one that came meanwhile: OSS asks for that again at the end', async () => {
    const sent: (string | undefined)[] = []
    let marked = {}
    const endpoint = await serve(({ method = '', url = '', headers }, response) => {
      if (method === 'POST') sent.push([headers['x-oss-forbid-overwrite']].flat()[0])
      const mark = headers['x-oss-meta-postern-upload']
      if (mark !== undefined) marked = { 'x-oss-meta-postern-upload': mark }
      if (method === 'HEAD')
        response.writeHead(200, { 'content-length': 9, 'content-type': 'image/png', etag: '"a"', ...marked })
      else if (method === 'GET')
        response.write(
          '<ListPartsResult><Part><PartNumber>1</PartNumber><Size>9</Size><ETag>a</ETag></Part></ListPartsResult>',
        )
      else if (url.endsWith('?uploads')) response.write(xml('InitiateMultipartUploadResult', '<UploadId>7</UploadId>'))
      else response.write(xml('CompleteMultipartUploadResult', '<ETag>a</ETag>'))
      response.end()
    })
    const storage = oss({ bucket: 'photos', region: 'cn-hangzhou', endpoint, credential: CREDENTIAL })
    const issuer = victim.issuer({ routes: NAMED, storage })
    const token = await begin(issuer, '/uploads/multipart', MALLORY)
    expect((await attempt(issuer, post('/uploads/multipart/complete', { token }), MALLORY)).status).toBe(200)
    const uppys = await begin(issuer, '/s3/multipart', MALLORY)
    const end = post(`/s3/multipart/${uppys}/complete`, { parts: [{ PartNumber: 1 }] })
    expect((await attempt(issuer, end, MALLORY)).status).toBe(200)
    expect(sent).toEqual(['true', 'true', 'true', 'true'])
  })
})

function xml(root: string, content: string): string {
  return `<${root}>${content}</${root}>`
}
