import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { presignUrl, signRequest } from '../src/sign/sign-request.ts'
import type { Credential } from '../src/sign/signer.ts'
import { CREDENTIAL_ENVIRONMENT, lineAfter, postern, type Running, SECRET, startPostern } from './cli-process.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 }) // each test starts processes, on a machine that others use too

const V4 = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const
const EVENTUALLY = { timeout: 30_000, interval: 100 }
/** Bytes: with a text, `fetch` sends a Content-Type that nobody signed. */
const BODY = Buffer.from('hello')

let folder: string
let running: Running[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-keys-'))
  running = []
})
afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true })
})

const keys = (...words: string[]) => postern(['store', 'keys', ...words], { cwd: folder })

/** Adds a key and gives it as a program reads it. */
async function added(...words: string[]): Promise<Credential & { readonly expires?: string }> {
  const { stdout, stderr, exitCode } = await keys('add', ...words, '--json')
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return JSON.parse(stdout)
}

async function startStore(...words: string[]): Promise<{ readonly url: string; readonly store: Running }> {
  const all = ['store', '--port', '0', '--bucket', 'photos', ...words]
  const store = await startPostern(all, 'store listening on', { cwd: folder, env: CREDENTIAL_ENVIRONMENT })
  running.push(store)
  return { url: lineAfter(store.output(), 'store listening on'), store }
}

async function put(url: string, credential: Credential, key: string): Promise<number> {
  const address = { method: 'PUT', bucket: 'photos', key, query: [] }
  const headers = signRequest(address, {}, credential, V4, new Date())
  return (await fetch(`${url}/photos/${key}`, { method: 'PUT', headers, body: BODY })).status
}

describe('postern store keys', () => {
  test('add shows a key once, keeps it for its owner alone, and list shows it without its secret', async () => {
    const { stdout, exitCode } = await keys('add', 'alice', '--upload-only', 'photos/users/7/')
    expect(exitCode).toBe(0)
    const secret = lineAfter(stdout, 'Access key secret')
    expect(secret).toMatch(/^[\w-]{40}$/)
    expect(lineAfter(stdout, 'Access key id')).toMatch(/^postern[0-9a-f]{16}$/)
    const path = join(folder, '.postern', 'keys.json')
    expect(await readFile(path, 'utf8')).toContain(secret)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readdir(join(folder, '.postern'))).toSorted()).toEqual(['.gitignore', 'keys.json'])

    const list = await keys('list')
    expect(list.stdout).toMatch(/^alice\n {2}Access key id {2}postern[0-9a-f]{16}\n {2}Expires {8}never\n/)
    expect(lineAfter(list.stdout, 'May ')).toBe(
      'oss:PutObject, oss:ListParts, oss:AbortMultipartUpload on photos/users/7/*',
    )
    expect(list.stdout).not.toContain(secret)
  })

  test('add --temporary makes a key with a token that is good for an hour, or as long as told', async () => {
    const hour = await added('one', '--temporary')
    expect(hour.accessKeyId).toMatch(/^STS\.[0-9a-f]{16}$/)
    expect(hour.securityToken).toMatch(/^[\w-]{64}$/)
    const lifeSeconds = (text = '') => (Date.parse(text) - Date.now()) / 1000
    expect(lifeSeconds(hour.expires)).toBeGreaterThan(3500)
    expect(lifeSeconds(hour.expires)).toBeLessThanOrEqual(3600)
    expect(lifeSeconds((await added('two', '--temporary', '--expires-in', '1s')).expires)).toBeLessThan(1)
    const { stdout } = await keys('list')
    expect(stdout).not.toContain(hour.securityToken)
    expect(stdout).toMatch(/one\n {2}Access key id {2}STS\.[0-9a-f]{16}, temporary\n/)
  })

  test('two that add at once both have their key', async () => {
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map((name) => added(name)))
    const { stdout } = await keys('list')
    expect(names.filter((name) => !stdout.includes(`${name}\n  Access key id`))).toEqual([])
  })

  test('revoke takes one key away, and says so where there is none', async () => {
    await added('alice')
    await added('bob')
    expect((await keys('revoke', 'alice')).stdout).toBe(
      'Revoked alice: a store that runs refuses it within a second.\n',
    )
    expect((await keys('list')).stdout).toMatch(/^bob\n/)
    const again = await keys('revoke', 'alice')
    expect(again).toMatchObject({ stdout: '', exitCode: 1 })
    expect(again.stderr).toMatch(/^postern: There is no key "alice" in \S+keys\.json\.\n$/)
  })

  const mistakes: [string[], number, string | RegExp][] = [
    [['add'], 2, "Missing required argument 'name'."],
    [['add', 'a b'], 2, '"a b" is no name of a key. Give 1 to 64 letters, digits and . @ - _'],
    [['add', 'a', '--read-only', 'photos/users/7'], 2, 'Other keys begin so too, such as "photos/users/70".'],
    [['add', 'a', '--read-only', 'Photos'], 2, 'Give a bucket or a prefix in it'],
    [['add', 'a', '--upload-only', 'photos/*/'], 2, 'Write what has "*" or "?" with --policy.'],
    [['add', 'a', '--upload-only', 'photos', '--read-only', 'photos'], 2, 'cannot be used with'],
    [['add', 'a', '--policy', 'policy.json'], 1, 'policy.json: Statement[0]: "Resource" is missing.'],
    [['add', 'a', '--policy', 'none.json'], 1, 'There is no file or folder none.json.'],
    [['add', 'a', '--expires-in', 'soon'], 2, 'Give seconds or a time such as 90s, 15m, 2h or 7d.'],
    [['list', '--keys', 'broken.json'], 1, 'broken.json: keys: write a list, [ … ].'],
    [
      ['list', '--keys', 'open.json'],
      1,
      'open.json holds key pairs and other users can read it. Run: chmod 600 open.json',
    ],
  ]

  test.each(mistakes)('%j is one sentence', async (words, exitCode, sentence) => {
    const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*' }] }
    await writeFile(join(folder, 'policy.json'), JSON.stringify(policy))
    await writeFile(join(folder, 'broken.json'), '{"keys": {}}', { mode: 0o600 })
    await writeFile(join(folder, 'open.json'), '{"keys": []}')
    await chmod(join(folder, 'open.json'), 0o644)
    const ended = await keys(...words)
    expect(ended).toMatchObject({ stdout: '', exitCode })
    expect(ended.stderr).toContain(sentence)
    expect(ended.stderr.split('\n')).toHaveLength(2)
  })

  test('an option before "keys" is not passed over in silence', async () => {
    const { stderr, exitCode } = await postern(['store', '--data', 'elsewhere', 'keys', 'list'], { cwd: folder })
    expect({ stderr, exitCode }).toEqual({ stderr: 'postern: Write --data after "keys list".\n', exitCode: 2 })
  })
})

describe('a store that runs', () => {
  test('takes up a key that is added, keeps it to its policy, and refuses it once it is revoked', async () => {
    const { url, store } = await startStore()
    const alice = await added('alice', '--upload-only', 'photos/users/7/')
    await vi.waitUntil(async () => (await put(url, alice, 'users/7/a')) === 200, EVENTUALLY)
    expect(await put(url, alice, 'users/70')).toBe(403)

    const address = { method: 'PUT', bucket: 'photos', key: 'users/7/b', query: [] }
    const presigned = presignUrl(`${url}/photos/`, address, {}, alice, { ...V4, expiresInSeconds: 600 }, new Date())
    expect((await fetch(presigned, { method: 'PUT', body: BODY })).status).toBe(200)
    await keys('revoke', 'alice')
    await vi.waitUntil(async () => (await put(url, alice, 'users/7/a')) === 403, EVENTUALLY)
    expect((await fetch(presigned, { method: 'PUT', body: BODY })).status).toBe(403)
    expect(await put(url, { accessKeyId: 'test-key', accessKeySecret: SECRET }, 'own')).toBe(200)

    store.signal('SIGTERM')
    expect(await store.ended).toMatchObject({ stderr: '', exitCode: 0 })
  })

  test('goes on with the keys it had where their file is broken, and says so once', async () => {
    const path = join(folder, '.postern', 'keys.json')
    const alice = await added('alice')
    const { url, store } = await startStore()
    await writeFile(path, '{"keys": [')
    store.signal('SIGHUP')
    await vi.waitUntil(() => store.errors().includes('keys.json'), EVENTUALLY)
    store.signal('SIGHUP')
    expect(await put(url, alice, 'a')).toBe(200)
    store.signal('SIGTERM')
    const { stderr, exitCode } = await store.ended
    expect(exitCode).toBe(0)
    expect(stderr).toBe(
      `postern: ${path}: Invalid JSON: the text ends too early (at character 11). The store goes on with the keys it had.\n`,
    )
  })

  test('finds keys in the file that --keys names, which must be there', async () => {
    const alice = await added('alice', '--keys', 'my-keys.json')
    const { url } = await startStore('--keys', 'my-keys.json')
    expect(await put(url, alice, 'a')).toBe(200)
    const missing = await postern(['store', '--keys', 'nope.json'], { cwd: folder })
    expect(missing).toMatchObject({ stderr: 'postern: There is no file or folder nope.json.\n', exitCode: 1 })
  })

  test('answers for a bucket under a host of its own', async () => {
    const { url } = await startStore('--cname', 'files.example.com=photos')
    const credential = { accessKeyId: 'test-key', accessKeySecret: SECRET }
    const address = { method: 'PUT', bucket: 'photos', key: 'a', query: [] }
    const signed = signRequest(address, {}, credential, V4, new Date())
    expect(await putWithHost(`${url}/a`, { ...signed, host: 'files.example.com' })).toBe(200)
    const wrong = await postern(['store', '--cname', 'files.example.com:9000=photos'], { cwd: folder })
    expect(wrong.stderr).toContain('Give a host without a port and its bucket')
  })
})

/** `fetch` writes the Host header itself. */
function putWithHost(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'PUT', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.on('error', reject)
    sent.end('hello')
  })
}
