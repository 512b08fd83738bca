import Uppy, { type Meta } from '@uppy/core'
import { onTestFinished } from 'vitest'
import type { CompletedUpload } from '../issuer/completion/completion.ts'
import { createIssuer, type IssuerOptions } from '../issuer/create-issuer.ts'
import { oss } from '../issuer/storage/oss.ts'
import type { Credential } from '../sign/signer.ts'
import { openStore } from '../store/open-store.ts'
import { Postern, type PosternBody, type PosternOptions } from './postern.ts'

const BUCKET = 'photos'
const CREDENTIAL: Credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }

/** An issuer and a store, and Uppy with the plugin; nothing of it is made up but the way to the issuer. */
export async function openLiveSite(issuerOptions: Partial<IssuerOptions> = {}) {
  const store = await openStore({ buckets: [BUCKET], credentials: [CREDENTIAL], region: 'cn-hangzhou' })
  const { url } = await store.listen()
  onTestFinished(() => store.close())
  const completed: CompletedUpload[] = []
  const issuer = createIssuer({
    storage: oss({ bucket: BUCKET, url: `${url}/${BUCKET}/`, region: 'cn-hangzhou', credential: CREDENTIAL }),
    authorize: 'public',
    onUploaded(upload) {
      completed.push(upload)
      return { saved: upload.key }
    },
    ...issuerOptions,
  })
  const asked: { readonly path: string; readonly headers: Headers; readonly body: string }[] = []
  const ask: typeof fetch = async (target, init) => {
    const request = new Request(target, init)
    const { pathname, search } = new URL(request.url)
    const { method, headers } = request
    asked.push({ path: `${method} ${pathname}${search}`, headers, body: await request.clone().text() })
    return await issuer(request)
  }

  function openUppy(options: Partial<PosternOptions> = {}, uppyOptions: ConstructorParameters<typeof Uppy>[0] = {}) {
    const logger = { debug: () => {}, warn: () => {}, error: () => {} }
    const uppy = new Uppy<Meta, PosternBody>({ logger, restrictions: uppyOptions.restrictions ?? {} })
    uppy.use(Postern, { endpoint: 'http://app.local', fetch: ask, memory: false, restrictByRoute: false, ...options })
    return uppy
  }
  return { openUppy, asked, completed, paths: () => asked.map(({ path }) => path) }
}
