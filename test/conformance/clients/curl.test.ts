import { afterAll, beforeAll, vi } from 'vitest'
import type { Credential } from '../../../src/sign/signer.ts'
import { curlClient, type Presigner } from './curl-client.ts'
import { BUCKET, type Ground, openGround } from './ground.ts'
import { aliOss, posternSign } from './presigners.ts'
import { testClient } from './test-client.ts'

/** curl, which knows nothing of signatures: every request is a URL that somebody presigned for it. */

let ground: Ground
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
  ground = await openGround()
}, 60_000)
afterAll(async () => {
  vi.restoreAllMocks()
  await ground?.close()
})

type Signs = (credential: Credential) => Presigner

const pathStyle = () => `http://127.0.0.1:${ground.port}/${BUCKET}/`
const virtualHost = () => `http://${BUCKET}.localhost:${ground.port}/`
const origin = () => `http://localhost:${ground.port}`
const SIGNERS: readonly (readonly [string, Signs])[] = [
  ['postern/sign, V1 path style', (credential) => posternSign('V1', credential, pathStyle())],
  ['postern/sign, V4 virtual host', (credential) => posternSign('V4', credential, virtualHost())],
  ['ali-oss, V1 virtual host', (credential) => aliOss('V1', credential, { endpoint: origin() })],
  ['ali-oss, V4 path style', (credential) => aliOss('V4', credential, { endpoint: origin(), sldEnable: true })],
]

for (const [name, signs] of SIGNERS)
  testClient(
    { name: `curl with URLs of ${name}`, connect: async (credential) => curlClient(signs(credential)) },
    () => ground,
  )
