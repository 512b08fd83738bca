import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { formFromAnswer } from '../src/form/vendor-answer.ts'
import { signRequest } from '../src/sign/sign-request.ts'
import { openStore } from '../src/store/open-store.ts'
import { CREDENTIAL_ENVIRONMENT, lineAfter, postern, type Running, SECRET, startPostern } from './cli-process.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 }) // each test starts processes, on a machine that others use too

const DEV = ['dev', '--port', '0', '--store-port', '0']
const DEV_READY = 'Ctrl-C stops it.'
const STOPPED_WELL = { stderr: '', exitCode: 0 }

let folder: string
let running: Running[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-'))
  running = []
})

afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true })
})

async function start(words: readonly string[], ready: string, env: Record<string, string> = {}): Promise<Running> {
  const started = await startPostern(words, ready, { cwd: folder, env })
  running.push(started)
  return started
}

async function stop({ signal, ended }: Running, name: NodeJS.Signals = 'SIGINT') {
  signal(name)
  const { stderr, exitCode } = await ended
  return { stderr, exitCode }
}

describe('postern dev', () => {
  test('the line that it prints uploads a file, which anyone on this machine can read, also after a restart', async () => {
    const first = await start(DEV, DEV_READY)
    const output = first.output()
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `curl ${lineAfter(output, 'curl')}`])
    expect(stdout).toMatch(/^HTTP\/1\.1 201 /)
    const address = /<Location>(.*)<\/Location>/.exec(stdout)?.[1] ?? ''
    expect(await (await fetch(address)).text()).toBe('Hello from curl.\n')
    expect(await stop(first)).toEqual(STOPPED_WELL)

    const keys = await readFile(join(folder, '.postern', 'credentials.json'), 'utf8')
    const second = await start(DEV, DEV_READY)
    const moved = address.replace(/^http:\/\/[^/]+\//, lineAfter(second.output(), 'Store'))
    expect(await (await fetch(moved)).text()).toBe('Hello from curl.\n')
    expect(await readFile(join(folder, '.postern', 'credentials.json'), 'utf8')).toBe(keys)
    expect(await stop(second, 'SIGTERM')).toEqual(STOPPED_WELL)
  })

  test('the page is served, gets forms from the issuer, and may ask the store from its own origin', async () => {
    const dev = await start(DEV, DEV_READY)
    const page = lineAfter(dev.output(), 'Page')
    expect(await (await fetch(page)).text()).toMatch(/^<!doctype html>/i)
    const asked = await fetch(`${page}uploads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filename: 'cat.png', size: 3, type: 'image/png' }),
    })
    const form = (await asked.json()) as { url: string; fields: Record<string, string> }
    const body = new FormData()
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value)
    body.append('file', new Blob(['png'], { type: 'image/png' }), 'cat.png')

    for (const origin of [new URL(page).origin, `http://localhost:${new URL(page).port}`]) {
      const headers = { origin, 'access-control-request-method': 'POST' }
      const preflight = await fetch(form.url, { method: 'OPTIONS', headers })
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    }
    const stored = await fetch(form.url, { method: 'POST', body, headers: { origin: new URL(page).origin } })
    expect(stored.status).toBe(200)
    expect(stored.headers.get('access-control-expose-headers')).toContain('ETag')
    const { key } = (await stored.json()) as { key: string } // what the issuer answered to the store's callback
    expect(key).toBe(form.fields['key'])
    expect(dev.output()).toContain(`Stored ${key}, 3 bytes, image/png`)
    const rebound = request(page, { headers: { host: `evil.example:${new URL(page).port}` } }).end()
    const [refused] = (await once(rebound, 'response')) as [IncomingMessage]
    expect(refused.resume().statusCode).toBe(421)
    const stranger = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    expect((await fetch(form.url, { method: 'OPTIONS', headers: stranger })).status).toBe(403)
  })

  test('its page lists what the bucket holds; nobody else’s page can, whatever it calls itself', async () => {
    const dev = await start(DEV, DEV_READY)
    const objects = `${lineAfter(dev.output(), 'Page')}dev/objects`
    await promisify(execFile)('/bin/sh', ['-c', `curl ${lineAfter(dev.output(), 'curl')}`])
    const listed = (await (await fetch(objects)).json()) as { objects: { key: string; url: string }[] }
    expect(listed.objects.map(({ key }) => key)).toEqual(['by-hand/hello.txt'])
    expect(await (await fetch(listed.objects[0]?.url ?? '')).text()).toBe('Hello from curl.\n')
    expect((await fetch(objects, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    const rebound = request(objects, { headers: { host: `evil.example:${new URL(objects).port}` } }).end()
    const [refused] = (await once(rebound, 'response')) as [IncomingMessage]
    expect(refused.resume().statusCode).toBe(421)
  })

  test('the key pair is in a file that only its owner can read, and nowhere else', async () => {
    const dev = await start(DEV, DEV_READY)
    const path = lineAfter(dev.output(), 'Key pair')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, '.postern'))).mode & 0o777).toBe(0o700)
    expect(await readFile(join(folder, '.postern', '.gitignore'), 'utf8')).toBe('*\n')
    const { accessKeySecret } = JSON.parse(await readFile(path, 'utf8')) as { accessKeySecret: string }
    dev.signal('SIGINT')
    const { stdout, stderr } = await dev.ended
    expect(stdout + stderr).not.toContain(accessKeySecret)
  })

  test('a key pair that others can read is refused', async () => {
    await mkdir(join(folder, '.postern'))
    const path = join(folder, '.postern', 'credentials.json')
    await writeFile(path, JSON.stringify({ accessKeyId: 'a', accessKeySecret: SECRET }))
    await chmod(path, 0o644)
    const { stdout, stderr, exitCode } = await postern(DEV, { cwd: folder })
    expect(stderr).toMatch(
      /^postern: \S+credentials\.json holds a key pair and other users can read it\. Run: chmod 600 /,
    )
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  })

  test('a folder that was there keeps its own .gitignore', async () => {
    await writeFile(join(folder, '.gitignore'), 'node_modules\n')
    const dev = await start([...DEV, '--data', '.'], DEV_READY)
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('node_modules\n')
    expect(await stop(dev)).toEqual(STOPPED_WELL)
  })

  test('a busy port is one sentence that names the port and the option', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? `${address.port}` : ''
    const sentence = (option: string) =>
      `postern: Port ${port} is in use. Stop what uses it, or choose another with ${option}.\n`
    const asPage = await postern(['dev', '--port', port, '--store-port', '0'], { cwd: folder })
    expect(asPage).toEqual({ stdout: '', stderr: sentence('--port'), exitCode: 1 })
    const asStore = await postern(['dev', '--port', '0', '--store-port', port], { cwd: folder })
    expect(asStore).toEqual({ stdout: '', stderr: sentence('--store-port'), exitCode: 1 })
    other.close()
  })

  test('a second Ctrl-C does not wait for requests that are under way', async () => {
    const dev = await start(DEV, DEV_READY)
    const upload = request(`${lineAfter(dev.output(), 'Store')}postern-dev/`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '1000000' },
    })
    upload.on('error', () => {}) // cut off, as it should be
    upload.write('--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na')
    await new Promise((resolve) => setTimeout(resolve, 200))
    dev.signal('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 700)) // later than the same key press could arrive twice
    dev.signal('SIGINT')
    expect((await dev.ended).exitCode).toBe(130)
  })
})

describe('postern store', () => {
  const STORE = ['store', '--port', '0', '--bucket', 'photos', '--bucket', 'papers']
  const READY = 'store listening on http://127.0.0.1:'

  test('makes the buckets it is told of, and knows the key pair of the environment', async () => {
    const store = await start(
      [...STORE, '--region', 'cn-beijing', '--domain', 'store.test'],
      READY,
      CREDENTIAL_ENVIRONMENT,
    )
    const url = lineAfter(store.output(), 'store listening on')
    const credential = { accessKeyId: 'test-key', accessKeySecret: SECRET }
    for (const bucket of ['photos', 'papers']) {
      const address = { method: 'PUT', bucket, key: 'a.txt', query: [] }
      const headers = signRequest(address, {}, credential, { scheme: 'oss-v4', region: 'cn-beijing' }, new Date())
      expect((await fetch(`${url}/${bucket}/a.txt`, { method: 'PUT', headers, body: Buffer.from('a') })).status).toBe(
        200,
      )
    }
    expect((await fetch(`${url}/photos/a.txt`)).status).toBe(403)
    expect(await stop(store)).toEqual(STOPPED_WELL)
    await expect(stat(join(folder, '.postern', 'credentials.json'))).rejects.toThrow('ENOENT')
  })

  test('without a key pair it makes one and keeps it in the data folder', async () => {
    const store = await start([...STORE, '--data', 'kept'], READY)
    const path = lineAfter(store.output(), 'Key pair')
    expect(path).toBe(join(folder, 'kept', 'credentials.json'))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await stop(store)).toEqual(STOPPED_WELL)
  })

  test('a folder that another process has is one sentence, and that process goes on', async () => {
    const store = await start([...STORE, '--data', 'kept'], READY)
    const second = await postern([...STORE, '--data', 'kept'], { cwd: folder })
    expect(second.stderr).toMatch(
      /^postern: The folder \S+kept\/store is in use by process \d+: stop it, or choose another folder \(--data\)\.\n$/,
    )
    expect(second.exitCode).toBe(1)
    expect(await stop(store)).toEqual(STOPPED_WELL)
  })

  test('says so when other machines can reach it', async () => {
    const store = await start([...STORE, '--host', '0.0.0.0'], 'store listening on http://0.0.0.0:')
    const { stderr } = await stop(store)
    expect(stderr).toBe('postern: Other machines can reach the store on 0.0.0.0, without encryption.\n')
  })
})

describe('postern serve', () => {
  const READY = 'issuer listening on http://127.0.0.1:'
  const NOBODY_ASKED = 'postern: Nobody is asked who they are: everybody on this machine may upload.\n'

  test('a preset answers as its sample does, with forms that the store accepts', async () => {
    const store = await openStore({
      buckets: ['photos'],
      credentials: [{ accessKeyId: 'test-key', accessKeySecret: SECRET }],
    })
    const { url } = await store.listen()
    const words = [
      'serve',
      '--preset',
      'java',
      '--port',
      '0',
      '--bucket',
      'photos',
      '--endpoint',
      url,
      '--dir',
      'mine/',
    ]
    const issuer = await start(words, READY, CREDENTIAL_ENVIRONMENT)
    const address = lineAfter(issuer.output(), 'issuer listening on')
    const answer = await (await fetch(`${address}/get_post_signature_for_oss_upload`)).json()
    expect(answer).toMatchObject({ ossAccessKeyId: 'test-key', host: `${url}/photos`, dir: 'mine/' })

    const form = formFromAnswer(answer, { name: 'a.txt' })
    const body = new FormData()
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value)
    body.append('file', new Blob(['a']), 'a.txt')
    expect((await fetch(form.url, { method: 'POST', body })).status).toBe(200)
    expect(await stop(issuer)).toEqual({ stderr: NOBODY_ASKED, exitCode: 0 })
    await store.close()
  })

  test('with --insecure-public it issues forms under the route that the options describe', async () => {
    const options = ['--prefix', 'pictures', '--types', 'image/*', '--max-size', '1KB', '--expires-in', '5m']
    const words = [
      'serve',
      '--insecure-public',
      '--port',
      '0',
      '--bucket',
      'photos',
      '--region',
      'cn-hangzhou',
      ...options,
    ]
    const issuer = await start(words, READY, CREDENTIAL_ENVIRONMENT)
    const address = lineAfter(issuer.output(), 'issuer listening on')
    const ask = (type: string, size: number) =>
      fetch(`${address}/uploads`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ filename: 'a.png', size, type }),
      })
    const form = await (await ask('image/png', 1024)).json()
    expect(form).toMatchObject({
      url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
      key: expect.stringMatching(/^pictures\/.*\.png$/),
      maxSize: 1024,
    })
    expect((await ask('image/png', 1025)).status).toBe(400)
    expect((await ask('text/plain', 1)).status).toBe(415)
    expect((await fetch(address)).status).toBe(200)
    expect(await stop(issuer)).toEqual({ stderr: NOBODY_ASKED, exitCode: 0 })
  })
})
