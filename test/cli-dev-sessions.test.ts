import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signRequest } from '../src/sign/sign-request.ts'
import { lineAfter, type Running, startPostern } from './cli-process.ts'

/** `postern dev` hands out temporary credentials, and its store takes them. docs/guide/credentials.md */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 }) // each test starts processes, on a machine that others use too

let folder: string
let running: Running[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-dev-'))
  running = []
})

afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true })
})

async function startDev() {
  const dev = await startPostern(['dev', '--port', '0', '--store-port', '0'], 'Ctrl-C stops it.', { cwd: folder })
  running.push(dev)
  return { ...dev, page: lineAfter(dev.output(), 'Page'), store: lineAfter(dev.output(), 'Store') }
}

test('a session puts into its own folder and nowhere else, also after a restart', async () => {
  const first = await startDev()
  const answer = await fetch(`${first.page}get_sts_token_for_oss_upload`)
  expect(answer.status).toBe(200)
  const { AccessKeyId, AccessKeySecret, SecurityToken, bucket, dir } = (await answer.json()) as Record<string, string>
  const key = {
    accessKeyId: String(AccessKeyId),
    accessKeySecret: String(AccessKeySecret),
    securityToken: String(SecurityToken),
  }
  const put = async (store: string, name: string) => {
    const address = { method: 'PUT', bucket: String(bucket), key: name, query: [] }
    const how = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const
    const headers = signRequest(address, {}, key, how, new Date())
    return (await fetch(`${store}${bucket}/${name}`, { method: 'PUT', headers, body: Buffer.from('hello') })).status
  }
  expect([await put(first.store, `${dir}a.txt`), await put(first.store, 'a.txt')]).toEqual([200, 403])

  first.signal('SIGINT')
  await first.ended
  const second = await startDev()
  expect([await put(second.store, `${dir}b.txt`), await put(second.store, 'b.txt')]).toEqual([200, 403])
})
