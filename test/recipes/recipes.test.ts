import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseUploadForm } from '../../src/form/upload-form.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { type Application, RECIPES } from './servers.ts'

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const PNG = { filename: 'a.png', size: 9, type: 'image/png' }

let store: Store
let storeUrl: string
let application: Application | undefined

beforeAll(async () => {
  store = await openStore({ buckets: ['photos'], credentials: [CREDENTIAL], region: 'cn-hangzhou' })
  storeUrl = (await store.listen()).url
})
afterEach(async () => {
  await application?.close()
  application = undefined
})
afterAll(() => store.close())

describe.each(RECIPES)('an issuer in $name', ({ path, basePath = path, open }) => {
  async function opened(): Promise<string> {
    const issuer = createIssuer({
      storage: oss({ bucket: 'photos', endpoint: storeUrl, region: 'cn-hangzhou', credential: CREDENTIAL }),
      authorize: ({ headers }) => (headers.get('cookie') === 'session=1' ? { id: 'eva' } : undefined),
      ...(basePath === '' ? {} : { basePath }),
    })
    application = await open(issuer)
    return `${application.origin}${path}`
  }

  const ask = (url: string, body: string, cookie = 'session=1') =>
    fetch(`${url}/uploads`, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body })

  test('gives forms to whoever the application knows, and the store takes the file', async () => {
    const url = await opened()
    const form = parseUploadForm(await (await ask(url, JSON.stringify(PNG))).json())
    const body = new FormData()
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value)
    body.append('file', new File(['a picture'], PNG.filename, { type: PNG.type }))
    expect((await fetch(form.url, { method: 'POST', body })).status).toBe(200)
  })

  test('refuses strangers, and what is no JSON, with a problem', async () => {
    const url = await opened()
    expect((await ask(url, JSON.stringify(PNG), 'session=2')).status).toBe(403)
    const malformed = await ask(url, '{')
    expect(malformed.status).toBe(400)
    expect(malformed.headers.get('content-type')).toBe('application/problem+json')
  })

  test('answers GET and HEAD, and says so where there is nothing', async () => {
    const url = await opened()
    const headers = { cookie: 'session=1' }
    const answer = await fetch(`${url}/get_post_signature_for_oss_upload?route=default`, { headers })
    expect(await answer.json()).toHaveProperty('signature')
    expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200)
    expect((await fetch(`${url}/nothing/here`)).status).toBe(404)
  })

  test('refuses a body that is over its limit', async () => {
    const url = await opened()
    expect((await ask(url, JSON.stringify({ ...PNG, filename: 'a'.repeat(20_000) }))).status).toBe(400)
  })
})
