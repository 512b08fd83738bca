import { onTestFinished } from 'vitest'
import { listen } from '../http/listen.ts'
import type { CompletedUpload } from '../issuer/completion/completion.ts'
import { createIssuer } from '../issuer/create-issuer.ts'
import type { Handler } from '../issuer/handler.ts'
import type { Route } from '../issuer/route.ts'
import { oss } from '../issuer/storage/oss.ts'
import { openStore } from '../store/open-store.ts'

const BUCKET = 'photos'
const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const REGION = 'cn-hangzhou'

/** An issuer and a store for an app that is no page: no CORS anywhere. */
export interface AppSite {
  readonly issuerUrl: string
  readonly storeUrl: string
  readonly completed: readonly CompletedUpload[]
  /** Requests to the issuer: method and path. */
  readonly asked: readonly string[]
  /** Bytes of an object; the bucket can be read by anyone. */
  readonly read: (key: string) => Promise<Uint8Array>
}

export async function openAppSite({
  route = {},
  hasCallback = false,
}: {
  route?: Route
  hasCallback?: boolean
} = {}): Promise<AppSite> {
  const store = await openStore({
    buckets: [{ name: BUCKET, acl: 'public-read' }],
    credentials: [CREDENTIAL],
    region: REGION,
    callbacks: { allow: ['loopback'] },
  })
  const storeServer = await store.listen()
  const asked: string[] = []
  const completed: CompletedUpload[] = []
  let issuer: Handler = async () => new Response(null, { status: 503 }) // until its own address is known
  const server = await listen((request, peer) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`)
    return issuer(request, peer)
  })
  issuer = createIssuer({
    storage: oss({ bucket: BUCKET, endpoint: storeServer.url, region: REGION, credential: CREDENTIAL }),
    authorize: 'public',
    limits: false,
    routes: { default: { ...route } },
    onUploaded(upload: CompletedUpload) {
      completed.push(upload)
      return { heard: upload.key }
    },
    ...(hasCallback && { callback: { url: `${server.url}/callback`, keyUrls: [store.callbackKeyUrl()] } }),
  })
  onTestFinished(async () => {
    await server.close()
    await storeServer.close()
    await store.close()
  })
  return {
    issuerUrl: server.url,
    storeUrl: storeServer.url,
    completed,
    asked,
    async read(key) {
      const response = await fetch(`${storeServer.url}/${BUCKET}/${key.split('/').map(encodeURIComponent).join('/')}`)
      if (!response.ok) throw new Error(`${key}: ${response.status} ${await response.text()}`)
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}
