import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Peer } from '../http/peer.ts'
import type { IssuerOptions } from './create-issuer.ts'
import type { Handler } from './handler.ts'
import { MAX_FILES } from './issue-request.ts'
import { ask, CREDENTIAL, NOW, PNG, testIssuer, testStorage } from './issuer.fixture.ts'
import { s3 } from './storage/s3.ts'
import { MAX_UPLOADS_BODY_BYTES } from './uploads.ts'

const EVA: Partial<IssuerOptions> = { authorize: () => ({ id: 'eva' }) }
const PAGE = { ...PNG, filename: 'a.html', type: 'text/html' }

interface Upload {
  readonly method?: string
  readonly fields?: object
  readonly key?: string
  readonly token?: string
  readonly code?: string
  readonly detail?: string
  readonly retry?: string
  readonly Limit?: string
  readonly RetryAfterSeconds?: string
}

function times<T>(count: number, one: T): readonly T[] {
  return Array.from({ length: count }, () => one)
}

function askFor(issuer: Handler, files: unknown, more: object = {}, peer: Peer = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ files, ...more })
  return issuer(new Request('http://app.local/uploads', { method: 'POST', headers, body }), peer)
}

async function uploadsOf(response: Promise<Response>): Promise<readonly Upload[]> {
  const { status, body } = await response.then(async (one) => ({ status: one.status, body: await one.json() }))
  expect({ status, members: Object.keys(body) }).toEqual({ status: 200, members: ['uploads'] })
  return body.uploads
}

/** `form`, or why there is none. */
function outcomes(uploads: readonly Upload[]): readonly string[] {
  return uploads.map(({ method, code, Limit }) => (method === undefined ? `${Limit ?? code}` : 'form'))
}

test('several files are asked for at once: each gets a form of its own, in their order', async () => {
  const files = [PNG, { ...PNG, filename: 'b.jpg', type: 'image/jpeg' }, { ...PNG, meta: { album: 'summer' } }]
  const uploads = await uploadsOf(askFor(testIssuer(), files))
  expect(outcomes(uploads)).toEqual(['form', 'form', 'form'])
  expect(uploads.map(({ key = '' }) => key.slice(-4))).toEqual(['.png', '.jpg', '.png'])
  expect(new Set(uploads.map(({ key }) => key)).size).toBe(3)
  expect(new Set(uploads.map(({ token }) => token)).size).toBe(3)
  expect(uploads[2]).toMatchObject({ fields: { 'x-oss-meta-album': 'summer' } })
})

test('a list of one file is answered with a list', async () => {
  expect(outcomes(await uploadsOf(askFor(testIssuer(), [PNG])))).toEqual(['form'])
})

test('a file that will not do has its problem in its place, and the others their forms', async () => {
  const files = [PNG, PAGE, 'a file', { ...PNG, size: -1 }, null, { ...PNG, size: 1e12 }, [], PNG]
  const uploads = await uploadsOf(askFor(testIssuer(), files))
  expect(outcomes(uploads)).toEqual([
    'form',
    'type-not-allowed',
    'issue-request-malformed',
    'issue-request-malformed',
    'issue-request-malformed',
    'file-too-large',
    'issue-request-malformed',
    'form',
  ])
  expect(uploads[5]).toEqual({
    type: 'urn:postern:problem:file-too-large',
    title: expect.any(String),
    status: 400,
    detail: expect.stringContaining('are allowed here.'),
    code: 'file-too-large',
    retry: 'never',
    ProposedSize: '1000000000000',
    MaxSizeAllowed: '104857600',
  })
})

test('a file and its form say the same alone and together', async () => {
  const alone = await (await ask(testIssuer(), PNG)).json()
  const [together] = await uploadsOf(askFor(testIssuer(), [PNG]))
  const names = ({ fields, ...form }: Upload) => [Object.keys(form), Object.keys(fields ?? {})]
  expect(names(together ?? {})).toEqual(names(alone))
})

test('a storage without forms gives each file its PUT', async () => {
  const storage = s3({ endpoint: 'http://127.0.0.1:1', bucket: 'photos', credential: CREDENTIAL, takesForms: false })
  const uploads = await uploadsOf(askFor(testIssuer({ storage }), [PNG, PAGE, PNG]))
  expect(uploads.map(({ method, code }) => method ?? code)).toEqual(['PUT', 'type-not-allowed', 'PUT'])
})

test('the route is named once, for all of them', async () => {
  const issuer = testIssuer({ routes: { default: {}, avatars: { prefix: 'avatars/' } } })
  const uploads = await uploadsOf(askFor(issuer, [PNG, { ...PNG, route: 'default' }], { route: 'avatars' }))
  expect(uploads[0]?.key).toMatch(/^avatars\//)
  expect(uploads[1]).toMatchObject({ detail: 'There is no member "route".' })
})

test.each([
  ['no file', { files: [] }, '"files" is empty.'],
  [
    'a file more than 100',
    { files: times(MAX_FILES + 1, PNG) },
    '"files" has over 100 files; ask again for the others.',
  ],
  ['no list', { files: PNG }, '"files" must be a list of files.'],
  ['nothing', { files: null }, '"files" must be a list of files.'],
  ['a member that is not known', { files: [PNG], path: '/' }, 'There is no member "path".'],
  ...Object.entries({ ...PNG, meta: {} }).map(([name, value]): [string, object, string] => [
    `"${name}" beside the list`,
    { files: [PNG], [name]: value },
    `"${name}" stands beside "files". Describe one file, or several in "files".`,
  ]),
])('%s is refused as a whole', async (_, body, detail) => {
  const response = await ask(testIssuer(), body)
  expect({ status: response.status, ...(await response.json()) }).toMatchObject({ status: 400, detail })
})

test('a hundred files get a hundred forms', async () => {
  expect(outcomes(await uploadsOf(askFor(testIssuer(), times(MAX_FILES, PNG))))).toEqual(times(MAX_FILES, 'form'))
})

test('a hundred files with the longest names and much metadata are no body too large', async () => {
  const file = { ...PNG, filename: '猫'.repeat(1024), meta: { a: 'x'.repeat(2048), b: 'x'.repeat(2048) } }
  const uploads = await uploadsOf(askFor(testIssuer(), times(MAX_FILES, file)))
  expect(outcomes(uploads)).toEqual(times(MAX_FILES, 'form'))
})

test('a hundred files with 64 names of metadata each are not too many values', async () => {
  const meta = Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`name-${n}`, 'x']))
  const uploads = await uploadsOf(askFor(testIssuer(), times(MAX_FILES, { ...PNG, meta })))
  expect(outcomes(uploads)).toEqual(times(MAX_FILES, 'form'))
})

test('a body may be so long, and not a byte longer', async () => {
  const padded = (bytes: number) => JSON.stringify({ files: [PNG] }).padEnd(bytes)
  expect((await ask(testIssuer(), padded(MAX_UPLOADS_BODY_BYTES))).status).toBe(200)
  expect((await ask(testIssuer(), padded(MAX_UPLOADS_BODY_BYTES + 1))).status).toBe(400)
})

test('the caller and the credential are asked for once, however many files there are', async () => {
  let callers = 0
  let credentials = 0
  const authorize = () => {
    callers++
    return { id: 'eva' }
  }
  const credential = () => {
    credentials++
    return { ...CREDENTIAL, expires: new Date(NOW.getTime() + 60_000) }
  }
  const issuer = testIssuer({ authorize, storage: testStorage({ credential }) })
  const asked = credentials
  await uploadsOf(askFor(issuer, times(MAX_FILES, PNG)))
  expect({ callers, credentials: credentials - asked }).toEqual({ callers: 1, credentials: 1 })
})

test('who may not upload gets no list, and is counted as one who guesses once', async () => {
  const issuer = testIssuer({ authorize: () => undefined, limits: { formsPerMinutePerAddress: 2 } })
  const statusOf = async () => (await askFor(issuer, times(MAX_FILES, PNG), {}, { address: '203.0.113.7' })).status
  expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([403, 403, 429])
})

test('where no credential is to be had, all of it is refused', async () => {
  const credential = () => {
    throw new Error('no credential')
  }
  const issuer = testIssuer({ storage: testStorage({ credential }), onError: () => undefined })
  expect((await askFor(issuer, [PNG, PNG])).status).toBe(500)
})

test('what breaks with one file is told to the operator and to nobody else, and fails no other', async () => {
  const errors: unknown[] = []
  let asked = 0
  // A clock that fails in the middle, as a stand-in for any bug of ours.
  const now = () => {
    if (++asked === 3) throw new Error('hidden')
    return new Date('2026-11-24T12:00:00Z')
  }
  const issuer = testIssuer({ now, limits: false, onError: (error) => errors.push(error) })
  const response = await askFor(issuer, times(4, PNG))
  const text = await response.clone().text()
  const uploads = await uploadsOf(Promise.resolve(response))
  expect(outcomes(uploads).filter((outcome) => outcome !== 'form')).toEqual(['internal-error'])
  expect(uploads.find(({ code }) => code !== undefined)).toMatchObject({ retry: 'same-form' })
  expect(text).not.toContain('hidden')
  expect(errors).toEqual([new Error('hidden')])
})

test('log and metrics hear how many files were asked for, and how many were refused', async () => {
  const lines: object[] = []
  const write = (fields: object) => void lines.push(fields)
  const issuer = testIssuer({ ...EVA, metrics: 'public', log: { info: write, warn: write, error: write } })
  const figures = async () => await (await issuer(new Request('http://app.local/metrics'))).text()
  await figures() // loads what counts
  lines.length = 0
  await uploadsOf(askFor(issuer, [PNG, PAGE, PAGE, { ...PNG, size: 0 }]))
  expect(lines).toEqual([
    expect.objectContaining({ files: 4, refused: { 'type-not-allowed': 2, 'file-too-small': 1 }, user: 'eva' }),
  ])
  const metrics = await figures()
  expect(metrics).toContain('postern_issuer_refusals_total{code="type-not-allowed"} 2')
  expect(metrics).toContain('postern_issuer_refusals_total{code="file-too-small"} 1')
})

// The limits, and whoever looks for a way around them.

test('a limit that is reached in the middle gives forms to the first ones, and tells the others when to come again', async () => {
  const issuer = testIssuer({ ...EVA, limits: { formsPerMinute: 3 } })
  const uploads = await uploadsOf(askFor(issuer, times(5, PNG)))
  expect(outcomes(uploads)).toEqual(['form', 'form', 'form', 'formsPerMinute', 'formsPerMinute'])
  expect(uploads[3]).toMatchObject({ code: 'too-many-requests', retry: 'same-form' })
  expect(Number(uploads[3]?.RetryAfterSeconds)).toBeGreaterThan(0)
  const next = await askFor(issuer, [PNG])
  expect({ status: next.status, after: next.headers.get('retry-after') }).toEqual({
    status: 429,
    after: expect.stringMatching(/^\d+$/),
  })
})

test('files that are refused count as forms too, as they do alone', async () => {
  const issuer = testIssuer({ ...EVA, limits: { formsPerMinute: 3 } })
  expect(outcomes(await uploadsOf(askFor(issuer, [PAGE, PAGE, PNG, PNG])))).toEqual([
    'type-not-allowed',
    'type-not-allowed',
    'form',
    'formsPerMinute',
  ])
})

test('an address is counted once for each file, whoever asks from it', async () => {
  let user = 0
  const issuer = testIssuer({ authorize: () => ({ id: `user ${user++}` }), limits: { formsPerMinutePerAddress: 4 } })
  const from = { address: '203.0.113.7' }
  expect(outcomes(await uploadsOf(askFor(issuer, times(3, PNG), {}, from)))).toEqual(['form', 'form', 'form'])
  expect(outcomes(await uploadsOf(askFor(issuer, times(3, PNG), {}, from)))).toEqual([
    'form',
    'formsPerMinutePerAddress',
    'formsPerMinutePerAddress',
  ])
})

test('no more uploads are open than may be, and a file that was refused opens none', async () => {
  const issuer = testIssuer({ ...EVA, limits: { openUploads: 2 } })
  expect(outcomes(await uploadsOf(askFor(issuer, [PAGE, PNG, PNG, PNG])))).toEqual([
    'type-not-allowed',
    'form',
    'form',
    'openUploads',
  ])
})

test('no more bytes are let in than a day has', async () => {
  const limits = { bytesPerDay: 2500 }
  const issuer = testIssuer({ ...EVA, routes: { default: { maxSize: 1000 } }, limits })
  const uploads = await uploadsOf(askFor(issuer, times(4, { ...PNG, size: 1 })))
  expect(outcomes(uploads)).toEqual(['form', 'form', 'bytesPerDay', 'bytesPerDay'])
})

test('batches at the same moment share what is left', async () => {
  const issuer = testIssuer({ ...EVA, limits: { openUploads: 7, formsPerMinute: 100 } })
  const batches = await Promise.all([1, 2, 3].map(() => uploadsOf(askFor(issuer, times(5, PNG)))))
  expect(outcomes(batches.flat()).filter((outcome) => outcome === 'form')).toHaveLength(7)
})

test('however files are divided over requests, as many forms come out as when they come alone', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })
  const limit = fc.integer({ min: 1, max: 20 })
  await fc.assert(
    fc.asyncProperty(sizes, limit, limit, async (batches, formsPerMinute, openUploads) => {
      const issuer = testIssuer({ ...EVA, limits: { formsPerMinute, openUploads } })
      let forms = 0
      for (const size of batches) {
        const response = await askFor(issuer, times(size, PNG))
        if (response.status === 429) continue
        forms += outcomes(await uploadsOf(Promise.resolve(response))).filter((outcome) => outcome === 'form').length
      }
      const files = batches.reduce((sum, size) => sum + size, 0)
      expect(forms).toBe(Math.min(files, formsPerMinute, openUploads))
    }),
    { numRuns: 50 },
  )
})
