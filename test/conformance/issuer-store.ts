import type { UploadForm } from '../../src/form/upload-form.ts'
import type { HttpServer } from '../../src/http/server.ts'
import { signRequest } from '../../src/sign/sign-request.ts'
import type { Credential } from '../../src/sign/signer.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'

export const BUCKET = 'photos'
export const OTHER_BUCKET = 'papers'
export const REGION = 'cn-hangzhou'
export const CREDENTIAL: Credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }

/** An embedded store with two buckets, and a clock that a test may set. */
export interface TestStore {
  /** Ends in `/`. */
  readonly bucketUrl: string
  readonly otherBucketUrl: string
  readonly clock: { ahead: number }
  now(): Date
  /** What is kept under a key, or `undefined`. */
  read(key: string): Promise<Response | undefined>
  close(): Promise<void>
}

export async function openTestStore(): Promise<TestStore> {
  const clock = { ahead: 0 }
  const now = () => new Date(Date.now() + clock.ahead)
  const buckets = [BUCKET, OTHER_BUCKET]
  const store: Store = await openStore({ buckets, credentials: [CREDENTIAL], region: REGION, now })
  const server: HttpServer = await store.listen()
  return {
    bucketUrl: `${server.url}/${BUCKET}/`,
    otherBucketUrl: `${server.url}/${OTHER_BUCKET}/`,
    clock,
    now,
    read: (key) => read(server.url, key, now()),
    async close() {
      await server.close()
      await store.close()
    },
  }
}

async function read(storeUrl: string, key: string, now: Date): Promise<Response | undefined> {
  const address = { method: 'GET', bucket: BUCKET, key, query: [] }
  const { host } = new URL(storeUrl)
  const headers = signRequest(address, { host }, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, now)
  const response = await fetch(`${storeUrl}/${BUCKET}/${encodeURI(key)}`, { headers })
  return response.status === 404 ? undefined : response
}

export interface TestFile {
  readonly name: string
  readonly type: string
  readonly content: string
}

/** What the store says of a form and its file: the status, and the code where it refuses. */
export interface Verdict {
  readonly status: number
  readonly code: string | undefined
  readonly text: string
}

/** Sends a form as a browser does; `changes` are what somebody else made of its fields. */
export async function send(
  form: UploadForm,
  file: TestFile,
  changes: Readonly<Record<string, string>> = {},
  url = form.url,
): Promise<Verdict> {
  const body = new FormData()
  for (const [name, value] of Object.entries({ ...form.fields, ...changes })) body.append(name, value)
  body.append('file', new File([file.content], file.name, { type: file.type }))
  const response = await fetch(url, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1], text }
}
