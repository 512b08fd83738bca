import { Agent } from 'node:http'
import OSS from 'ali-oss'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import type { Credential } from '../../../src/sign/signer.ts'
import { aliOssClient, type Version } from './ali-oss-client.ts'
import { calculatePostSignature } from './ali-oss-form.ts'
import { BUCKET, type Ground, openGround, REGION } from './ground.ts'
import type { ObjectClient } from './object-client.ts'
import { postForm, rawFetch } from './raw-fetch.ts'
import { type Lack, type TestedClient, testClient } from './test-client.ts'

/** ali-oss in Node. How it is pointed at a store: docs/spec/clients.md */

let ground: Ground
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
  ground = await openGround()
}, 60_000)
afterAll(async () => {
  vi.restoreAllMocks()
  await ground?.close()
})

/** `photos.localhost` is this machine, which not every system's resolver knows. */
const agent = new Agent({
  keepAlive: true,
  lookup: (_, { all }, answer) =>
    all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4),
})

type Options = Partial<ConstructorParameters<typeof OSS>[0]>

const THROWS: Lack = {
  why: 'signatureUrl throws where the endpoint is an IP address',
  proof: (client) => expect(client.presign('GET', 'key.txt')).rejects.toThrow('endpoint is IP'),
}

interface Style {
  readonly name: string
  readonly host: string
  readonly options: Options
  /** What keeps ali-oss from making URLs for V1. */
  readonly noUrlV1?: Lack
}

const STYLES: readonly Style[] = [
  { name: 'path style', host: 'localhost', options: { sldEnable: true } },
  { name: 'virtual host', host: 'localhost', options: { agent } },
  { name: 'IP address, path style', host: '127.0.0.1', options: { sldEnable: true }, noUrlV1: THROWS },
]

for (const style of STYLES)
  for (const version of ['V1', 'V4'] as const) testClient(clientOf(style, version), () => ground)

function clientOf({ name, host, options, noUrlV1 }: Style, version: Version): TestedClient {
  const lack = version === 'V1' ? noUrlV1 : undefined
  return {
    name: `ali-oss ${version} ${name} (Node)`,
    connect: async (credential) => connect(host, version, credential, options),
    ...(lack && { lacks: { 'presigned get': lack, 'presigned put': lack } }),
  }
}

function connect(host: string, version: Version, credential: Credential, options: Options): ObjectClient {
  const { accessKeyId, accessKeySecret, securityToken } = credential
  const endpoint = `http://${host}:${ground.port}`
  const oss = new OSS({
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { stsToken: securityToken }),
    bucket: BUCKET,
    region: `oss-${REGION}`,
    endpoint,
    authorizationV4: version === 'V4',
    ...options,
  })
  const bucketUrl = `${endpoint}/${BUCKET}/`
  const signPolicyV1 = calculatePostSignature(oss)
  return aliOssClient({ oss, version, credential, bucketUrl, signPolicyV1 }, { open: rawFetch, postForm })
}
