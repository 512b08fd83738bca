// biome-ignore-all lint/suspicious/noTemplateCurlyInString: key templates are written so
import { expect, test } from 'vitest'
import { ask, CREDENTIAL, conditionsOf, get, PNG, SIGNATURE_PATH, STORAGE, testIssuer } from './issuer.fixture.ts'
import { OptionsError } from './options/faults.ts'
import { type Route, readRoutes } from './route.ts'
import { s3 } from './storage/s3.ts'

const S3 = s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: CREDENTIAL })
const EVA = { authorize: () => ({ id: 'eva' }) }
const UUID = '[0-9a-f]{8}-[0-9a-f-]{27}'

async function formFor(route: Route, file: object = PNG, options: object = EVA) {
  const response = await ask(testIssuer({ ...options, routes: { default: route } }), file)
  expect(response.status).toBe(200)
  return await response.json()
}

async function refusalOf(route: Route, file: object) {
  return await (await ask(testIssuer({ ...EVA, routes: { default: route } }), file)).json()
}

test('keys are written as the route’s template says', async () => {
  const { key } = await formFor(
    { prefix: 'of', key: '${user}/${uuid}-${name}.${ext}' },
    { ...PNG, filename: 'My cat.png' },
  )
  expect(key).toMatch(new RegExp(`^of/eva/${UUID}-My-cat\\.png$`))
})

test('a folder that the application gives a caller stands before the template', async () => {
  const authorize = () => ({ id: 'eva', prefix: 'team-7' })
  const { key } = await formFor({ key: '${user}/${uuid}' }, PNG, { authorize })
  expect(key).toMatch(/^uploads\/team-7\/eva\//)
})

test('an id with a slash or with dots does not reach another caller’s folder', async () => {
  for (const id of ['eva/..', '../eva', 'eva/', '..']) {
    const { key } = await formFor({ key: '${user}/${uuid}' }, PNG, { authorize: () => ({ id }) })
    expect(key.split('/')).toHaveLength(3)
    expect(key).not.toMatch(/^uploads\/(eva|\.\.?)\//)
  }
})

test('front ends that write the key stay in the caller’s folder, in one that no other answer has', async () => {
  const issuer = testIssuer({ ...EVA, routes: { default: { key: '${user}/${date}/${uuid}' } } })
  const dirs = await Promise.all([1, 2].map(async () => (await (await get(issuer, SIGNATURE_PATH)).json()).dir))
  for (const dir of dirs) expect(dir).toMatch(new RegExp(`^uploads/eva/2026/11/24/${UUID}/$`))
  expect(dirs[0]).not.toBe(dirs[1])
})

test('a name cannot bring an ending that a browser runs into a key', async () => {
  expect(await refusalOf({ key: '${uuid}-${name}' }, { ...PNG, filename: 'a.html.' })).toMatchObject({
    code: 'type-not-allowed',
    detail: expect.stringContaining('".html"'),
  })
})

test('the longest prefixes and names make a key of 1,023 bytes at most', async () => {
  const prefix = 'p'.repeat(511)
  const file = { ...PNG, filename: `${'照'.repeat(300)}.png` }
  const { key } = await formFor({ prefix, key: '${user}/${uuid}-${name}.${ext}' }, file, {
    authorize: () => ({ id: 'u'.repeat(128), prefix: 'c'.repeat(255) }),
  })
  expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1023)
  expect(key).toMatch(/照\.png$/)
})

test('sizes and times may be written with their units', async () => {
  const form = await formFor({ minSize: '1KB', maxSize: '10MB', expiresIn: '15m' })
  expect(conditionsOf(form.fields.policy)).toContainEqual(['content-length-range', 1024, 10_485_760])
  expect(form.expiresAt).toBe('2026-11-24T23:45:05.678Z')
})

test('ACL, storage class and overwriting are pinned fields, under the names of the storage', async () => {
  const route: Route = { acl: 'public-read', storageClass: 'IA', overwrite: true }
  const { fields } = await formFor(route)
  const pinned = { 'x-oss-object-acl': 'public-read', 'x-oss-storage-class': 'IA', 'x-oss-forbid-overwrite': 'false' }
  expect(fields).toMatchObject(pinned)
  for (const [name, value] of Object.entries(pinned))
    expect(conditionsOf(fields.policy)).toContainEqual({ [name]: value })

  const ofS3 = await formFor({ acl: 'public-read', storageClass: 'STANDARD_IA' }, PNG, { ...EVA, storage: S3 })
  expect(ofS3.fields).toMatchObject({ acl: 'public-read', 'x-amz-storage-class': 'STANDARD_IA' })
})

const META: Route['meta'] = {
  album: { required: true, pattern: '[a-z]+', maxLength: 6 },
  licence: { values: ['by', 'cc0'] },
  title: true,
}

const metas: { meta: Record<string, string>; says: string | undefined }[] = [
  { meta: { album: 'summer' }, says: undefined },
  { meta: { album: 'summer', licence: 'cc0', title: 'any value' }, says: undefined },
  { meta: {}, says: '"meta" needs "album".' },
  { meta: { title: 'x' }, says: '"meta" needs "album".' },
  { meta: { album: 'summers' }, says: '"meta" has "album", whose value is over 6 characters.' },
  { meta: { album: 'Summer' }, says: '"meta" has "album", whose value does not match [a-z]+.' },
  { meta: { album: 'a1' }, says: 'does not match' },
  { meta: { album: 'a', licence: 'gpl' }, says: '"meta" has "licence", whose value is none of by, cc0.' },
  { meta: { album: 'a', titel: 'x' }, says: 'which is not taken here. Did you mean "title"?' },
  { meta: { album: 'a', owner: 'me' }, says: 'which is not taken here; album, licence, title may be sent.' },
  { meta: { album: 'a', constructor: 'x' }, says: 'which is not taken here' },
]

test.each(metas)('metadata $meta is refused: $says', async ({ meta, says }) => {
  if (says === undefined)
    expect((await formFor({ meta: META }, { ...PNG, meta })).fields).toHaveProperty('x-oss-meta-album')
  else expect((await refusalOf({ meta: META }, { ...PNG, meta })).detail).toContain(says)
})

test('a route that takes no metadata says so', async () => {
  expect((await refusalOf({ meta: false }, { ...PNG, meta: { a: 'b' } })).detail).toContain('"meta" is not taken here')
  await formFor({ meta: false }, PNG)
})

const wrong: [route: object, path: string, says: string][] = [
  [{ maxsize: 1 }, 'maxsize', 'There is no such member. Did you mean "maxSize"?'],
  [{ expiresInSeconds: 60 }, 'expiresInSeconds', 'Did you mean "expiresIn"?'],
  [{ colour: 'red' }, 'colour', 'There are prefix, key, minSize,'],
  [{ maxSize: '10XB' }, 'maxSize', '"10XB" will not do. Write bytes, or a size such as "500KB"'],
  [{ maxSize: Number.NaN }, 'maxSize', 'will not do'],
  [{ minSize: -1 }, 'minSize', '-1 will not do'],
  [{ minSize: 0.5 }, 'minSize', '0.5 will not do'],
  [
    { expiresIn: '8d' },
    'expiresIn',
    '"8d" will not do. Write seconds, or a time such as "90s", "15m", "2h" or "7d", from 1s to 7d.',
  ],
  [{ expiresIn: 'soon' }, 'expiresIn', '"soon" will not do'],
  [{ key: '${uid}' }, 'key', 'Did you mean ${uuid}?'],
  [{ prefix: 'a/../b' }, 'prefix', 'No folder can be called "." or "..".'],
  [{ prefix: 'a//b' }, 'prefix', 'A name is missing'],
  [{ prefix: 7 }, 'prefix', 'Write a text, in quotes.'],
  [{ types: 'image/*' }, 'types', 'Write a list of types, such as ["image/*"].'],
  [{ types: [7] }, 'types[0]', 'Write a text'],
  [{ meta: 'album' }, 'meta', 'Write false, or an object with a rule for each name'],
  [{ meta: { 'a b': true } }, 'meta["a b"]', 'A name is 1 to 64 of a-z, 0-9 and "-".'],
  [{ meta: { album: { pattern: '[' } } }, 'meta.album.pattern', '"[" is no regular expression.'],
  [{ meta: { album: { maxLength: 2049 } } }, 'meta.album.maxLength', 'Write a whole number from 1 to 2048.'],
  [{ meta: { album: { requird: true } } }, 'meta.album.requird', 'Did you mean "required"?'],
  [{ acl: 'public' }, 'acl', '"public" is none of default, private, public-read'],
  [{ acl: 'authenticated-read' }, 'acl', 'OSS has no "authenticated-read", only default, private'],
  [{ storageClass: 'STANDARD_IA' }, 'storageClass', '"STANDARD_IA" is no class here: write Standard, IA'],
  [{ overwrite: 'no' }, 'overwrite', 'Write true or false.'],
  [
    { acl: 'private', fields: { 'X-Oss-Object-Acl': 'x' } },
    'fields.X-Oss-Object-Acl',
    '"acl" says this field already.',
  ],
  [{ answer: 'v1' }, 'answer', 'The answer "v1" needs the scheme oss-v1'],
]

test.each(wrong)('the route %j is refused at %s: %s', (route, path, says) => {
  expect(faultsOf({ a: route })).toEqual([
    { path: `routes.a.${path}`.replace('.["', '["'), sentence: expect.stringContaining(says) },
  ])
})

test('a form of S3 cannot forbid to overwrite, so a route that promises it is refused', () => {
  expect(() => readRoutes({ a: { overwrite: false } }, S3)).toThrow(
    'routes.a.overwrite: A form of S3 cannot forbid it.',
  )
})

test('all that is wrong is said at once, each with its path', () => {
  const routes = { a: { maxsize: 1, minSize: '1XB', acl: 'x' }, 'b c': {}, d: 7 }
  expect(
    faultsOf(routes)
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(['routes.a.acl', 'routes.a.maxsize', 'routes.a.minSize', 'routes.d', 'routes["b c"]'])
})

function faultsOf(routes: object) {
  try {
    readRoutes(Object(routes), STORAGE)
  } catch (error) {
    if (error instanceof OptionsError) return error.faults
    throw error
  }
  return []
}
