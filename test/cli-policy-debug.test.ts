import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { curlCommand } from '../src/cli/curl.ts'
import { createForm } from '../src/sign/create-form.ts'
import { ossV4 } from '../src/sign/oss-v4.ts'
import { signRequest } from '../src/sign/sign-request.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { CREDENTIAL_ENVIRONMENT, postern, SECRET } from './cli-process.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, on a machine that others use too

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: SECRET }
let folder: string
let store: Store
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-debug-'))
  await writeFile(join(folder, 'cat.png'), 'meow')
  store = await openStore({ buckets: [{ name: 'photos', acl: 'private' }], credentials: [CREDENTIAL] })
  url = (await store.listen()).url
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

/** The curl line that sends a file with a form signed by this secret. Its key makes a "+" in the Base64 of the policy. */
function curlLine(accessKeySecret: string): string {
  const grant = { url: `${url}/photos/`, bucket: 'photos', key: '~~~/cat.png', maxSize: 1024, expiresInSeconds: 600 }
  const form = createForm(grant, ossV4({ ...CREDENTIAL, accessKeySecret }, 'cn-hangzhou'), new Date())
  return curlCommand(form, { path: 'cat.png' })
}

/** What a terminal shows of it. */
async function terminal(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line], { cwd: folder })
  return `$ ${line}\n${stdout}`
}

test('of a form that was signed with another secret, it says that the secret is another, and not the text', async () => {
  const input = await terminal(curlLine('another'))
  expect(input).toContain('SignatureDoesNotMatch')
  const { stdout, exitCode } = await postern(['policy', 'debug'], { input, env: CREDENTIAL_ENVIRONMENT })
  expect(stdout).toMatch(
    /^An upload form, oss-v4, signed by test-key\.\nScope: \d{8}\/cn-hangzhou\/oss\/aliyun_v4_request\n/,
  )
  expect(stdout).toContain('The string to sign is the one that the store used.')
  expect(stdout).toContain('(secret-or-text)')
  expect(exitCode).toBe(0)
})

test('of a form whose "+" became a space on the way, it marks the place', async () => {
  const line = curlLine(SECRET)
  const [, policy = ''] = /policy=([\w+/=]+)/.exec(line) ?? []
  const changed = line.replace(`policy=${policy}`, `'policy=${policy.replace('+', ' ')}'`)
  await writeFile(join(folder, 'answer.xml'), await terminal(changed))
  await writeFile(join(folder, 'line.txt'), line)
  const words = ['policy', 'debug', 'line.txt', '--answer', 'answer.xml']
  const { stdout } = await postern(words, { env: CREDENTIAL_ENVIRONMENT, cwd: folder })
  expect(stdout).toContain('(plus-to-space)')
  expect(stdout).toMatch(/They first differ in line 1, column \d+:\n {2}request .*\+.*\n {2}store .* .*\n +\^\n/)
})

test('of a request whose content type changed on the way, it marks the line', async () => {
  const address = { method: 'PUT', bucket: 'photos', key: 'a.png', query: [] }
  const how = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const
  const headers = signRequest(address, { 'content-type': 'image/png' }, CREDENTIAL, how, new Date())
  const sent = Object.entries(headers)
    .map(([name, value]) => `-H '${name}: ${value}'`)
    .join(' ')
  const line = (type: string) =>
    `curl -sS -X PUT ${url}/photos/a.png --data-raw meow ${sent.replace('image/png', type)}`
  const xml = (await terminal(line('text/plain'))).split('\n').slice(1).join('\n')
  const { stdout } = await postern(['policy', 'debug'], {
    input: `${line('image/png')}\n${xml}`,
    env: CREDENTIAL_ENVIRONMENT,
  })
  expect(stdout).toContain('The signature is right: this secret made it of this text.')
  expect(stdout).toContain(
    [
      'The canonical request is not the one that the store used. They first differ in line 4, column 14:',
      '  request  content-type:image/png',
      '  store    content-type:text/plain',
      '                        ^',
    ].join('\n'),
  )
  expect(stdout).toContain('(content-type-changed)')
})

test('a secret with a line end behind it is told, without printing it', async () => {
  const env = { ...CREDENTIAL_ENVIRONMENT, OSS_ACCESS_KEY_SECRET: `${SECRET}\n` }
  const { stdout } = await postern(['policy', 'debug'], { input: curlLine(SECRET), env })
  expect(stdout).toContain('(secret-given-line-end)')
})

test('a security token is not printed, nor is a secret that somebody pasted along', async () => {
  const token = 'CAIS+token/of==the tests'.replace(' ', '-')
  const address = { method: 'GET', bucket: 'photos', key: `a-${SECRET}`, query: [] }
  const how = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const
  const headers = signRequest(address, {}, { ...CREDENTIAL, securityToken: token }, how, new Date())
  const sent = Object.entries(headers)
    .map(([name, value]) => `-H '${name}: ${value}'`)
    .join(' ')
  const input = `curl ${url}/photos/a-${SECRET} ${sent}`
  for (const words of [
    ['policy', 'debug'],
    ['policy', 'debug', '--json'],
  ]) {
    const { stdout } = await postern(words, { input, env: CREDENTIAL_ENVIRONMENT })
    expect(stdout).toContain('x-oss-security-token:****')
    expect(stdout).not.toContain(token)
  }
})

test('--json is for programs', async () => {
  const { stdout } = await postern(['policy', 'debug', '--json'], {
    input: curlLine('another'),
    env: CREDENTIAL_ENVIRONMENT,
  })
  expect(JSON.parse(stdout)).toMatchObject({
    request: { by: 'form', scheme: 'oss-v4', accessKeyId: 'test-key' },
    comparisons: [],
    signatureIsRight: false,
    causes: [{ code: 'secret-or-text' }],
  })
})

test.each([
  ['nothing that it knows', 'hello', 'Give a curl command line'],
  ['a request that nobody signed', 'curl http://127.0.0.1:9000/photos/a', 'The request is not signed'],
  ['a file that is not there', undefined, 'There is no file or folder nowhere.txt.'],
])('ends with 2 at %s', async (_, input, sentence) => {
  const words = ['policy', 'debug', ...(input === undefined ? ['nowhere.txt'] : [])]
  const { stdout, stderr, exitCode } = await postern(words, { input: input ?? '' })
  expect(stderr).toContain(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
})
