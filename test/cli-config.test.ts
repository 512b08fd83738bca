// biome-ignore-all lint/suspicious/noTemplateCurlyInString: key templates are written so
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CREDENTIAL_ENVIRONMENT, lineAfter, postern, type Running, SECRET, startPostern } from './cli-process.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 }) // each test starts processes, on a machine that others use too

const READY = 'issuer listening on http://127.0.0.1:'
const KEY = 'k'.repeat(32)
const STORAGE = { kind: 'oss', bucket: 'photos', region: 'cn-hangzhou' }
const WHERE = ['--bucket', 'photos', '--region', 'cn-hangzhou']
const PNG = { filename: 'Me & you.png', size: 1024, type: 'image/png' }

let folder: string
let running: Running[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-config-'))
  running = []
})
afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true })
})

const write = (name: string, text: string) => writeFile(join(folder, name), text)
const writeJson = (config: object) => write('postern.config.json', JSON.stringify(config))
const run = (words: string[], env: Record<string, string> = CREDENTIAL_ENVIRONMENT) =>
  postern(words, { cwd: folder, env })

async function start(words: string[] = [], env: Record<string, string> = CREDENTIAL_ENVIRONMENT): Promise<Running> {
  const started = await startPostern(['serve', '--port', '0', ...words], READY, { cwd: folder, env })
  running.push(started)
  return started
}

async function ask({ output }: Running, body: object = PNG, headers: Record<string, string> = {}) {
  const url = `${lineAfter(output(), 'issuer listening on')}/uploads`
  const all = { 'content-type': 'application/json', ...headers }
  const response = await fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}

async function stop({ signal, ended }: Running) {
  signal('SIGTERM')
  const { stderr, exitCode } = await ended
  return { stderr, exitCode }
}

describe('postern serve with a configuration', () => {
  test('serves the routes of a postern.config.ts that is there', async () => {
    await write(
      'postern.config.ts',
      `import { defineConfig } from 'postern/issuer'
export default defineConfig({
  storage: ${JSON.stringify(STORAGE)},
  routes: { avatars: { prefix: 'avatars', key: '\${user}/\${name}-\${uuid}.\${ext}', maxSize: '5MB', expiresIn: '2m' } },
  authorize: ({ headers }: Request) => (headers.get('cookie') === 'sid=1' ? { id: 'eva' } : undefined),
})`,
    )
    const issuer = await start()
    expect(issuer.output()).toMatch(/Configuration {2}postern\.config\.ts\n/)
    expect(lineAfter(issuer.output(), 'Routes')).toBe('avatars')
    expect((await ask(issuer, { ...PNG, route: 'avatars' })).status).toBe(403)
    const { body } = await ask(issuer, { ...PNG, route: 'avatars' }, { cookie: 'sid=1' })
    expect(body).toMatchObject({
      key: expect.stringMatching(/^avatars\/eva\/Me-you-[0-9a-f-]{36}\.png$/),
      maxSize: 5_242_880,
    })
    expect(await stop(issuer)).toEqual({ stderr: '', exitCode: 0 })
  })

  test('takes its secrets from files, and where to listen from the configuration', async () => {
    await write('key', `${KEY}\n`)
    await write('secret', `${SECRET}\n`)
    const authorize = { apiKey: { keys: [{ name: 'server:importer', key: { file: 'key' } }] } }
    await writeJson({ storage: STORAGE, authorize, page: false, host: '127.0.0.1', port: 1 })
    const issuer = await start([], { OSS_ACCESS_KEY_ID: 'id', OSS_ACCESS_KEY_SECRET_FILE: join(folder, 'secret') })
    expect((await ask(issuer)).status).toBe(401)
    expect((await ask(issuer, PNG, { 'x-api-key': KEY })).status).toBe(200)
    expect((await fetch(lineAfter(issuer.output(), 'issuer listening on'))).status).toBe(404)
    expect(await stop(issuer)).toEqual({ stderr: '', exitCode: 0 })
  })

  test('says where everybody may upload, and what lint makes of the rest', async () => {
    await writeJson({
      storage: STORAGE,
      authorize: 'public',
      routes: { a: {}, b: { authorize: { jwt: { secret: KEY } } } },
    })
    const issuer = await start()
    expect(lineAfter(issuer.output(), 'Forms of POST /uploads:')).toMatch(/^\d notes$/)
    expect(lineAfter(issuer.output(), 'Answers to front ends')).toMatch(/: 1 warning, \d notes$/)
    expect(lineAfter(issuer.output(), 'warning')).toBe('The client may choose the ACL of the object (acl-open)')
    const { stderr } = await stop(issuer)
    expect(stderr).toContain(
      'postern: Nobody is asked who they are on the route a: everybody on this machine may upload.\n',
    )
    expect(stderr).toContain('postern: postern.config.json, line 1: secret is written here. Keep it elsewhere:')
    expect(stderr).not.toContain(KEY)
  })

  test('names all that is wrong with it at once, and starts nothing', async () => {
    await writeJson({
      storage: { ...STORAGE, credential: { accessKeyId: 'a', accessKeySecret: `${SECRET} ` } },
      routes: { avatars: { maxsize: '10MB', minSize: '1XB' } },
    })
    expect(await run(['serve'])).toEqual({
      stdout: '',
      stderr: `postern: postern.config.json has 4 faults:
  storage.credential: accessKeySecret holds white space or a character that no key has. Copy it again.
  authorize: This is missing.
  routes.avatars.minSize: "1XB" will not do. Write bytes, or a size such as "500KB", "10MB" or "2GB", from 0 to 50000GB.
  routes.avatars.maxsize: There is no such member. Did you mean "maxSize"?
`,
      exitCode: 2,
    })
  })

  const mistakes: [words: string[], exitCode: number, says: string][] = [
    [['serve', '--config', 'nowhere.ts'], 1, 'There is no file or folder'],
    [
      ['serve', '--bucket', 'photos'],
      2,
      'postern.config.json says that already: take --bucket out, or add --no-config',
    ],
    [['serve', '--insecure-public'], 2, 'take --insecure-public out'],
    [['serve', '--preset', 'go', '--config', 'postern.config.json'], 2, 'A preset has no configuration.'],
    [
      ['serve', '--no-config', ...WHERE],
      2,
      'Nothing says who may upload. Write "authorize" in a postern.config.ts, or give one of --jwt-jwks-url',
    ],
    [['form', '--route', 'reports'], 2, 'There is no route "reports". Give --route with one of default.'],
    [['form', '--no-config', ...WHERE, '--route', 'a'], 2, '--route needs a configuration'],
  ]

  test.each(mistakes)('%j is one sentence', async (words, exitCode, says) => {
    await writeJson({ storage: STORAGE, authorize: 'public' })
    const ended = await run(words)
    expect(ended).toMatchObject({ stdout: '', exitCode })
    expect(ended.stderr).toContain(says)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('postern serve --check', () => {
  test('shows the routes, and ends with 0 where nothing is bad enough', async () => {
    const avatars = {
      prefix: 'avatars',
      types: ['image/png'],
      minSize: 0,
      maxSize: '5MB',
      expiresIn: '2m',
      acl: 'private',
    }
    await writeJson({
      storage: STORAGE,
      authorize: { jwt: { secret: { env: 'JWT' } } },
      routes: { default: {}, avatars },
    })
    const { stdout, stderr, exitCode } = await run(['serve', '--check'], { ...CREDENTIAL_ENVIRONMENT, JWT: KEY })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '  Route    Key                             Size         Types                        Good for  Besides',
      '  default  uploads/${date}/${uuid}.${ext}  1B to 100MB  all but what a browser runs  10m',
      '  avatars  avatars/${date}/${uuid}.${ext}  0 to 5MB     image/png                    2m        x-oss-object-acl: private',
    ])
    expect(stdout).toContain('Empty files are allowed (avatars).')
    expect(stdout).toMatch(/\nGood to serve\.\n$/)
  })

  test('ends with 1 where a key can be guessed or a secret is written down, if warnings are to count', async () => {
    await writeJson({
      storage: STORAGE,
      authorize: { jwt: { secret: KEY } },
      routes: { a: { key: '${user}/${name}', acl: 'default' } },
    })
    expect((await run(['serve', '--check'])).exitCode).toBe(0)
    const { stdout, exitCode } = await run(['serve', '--check', '--fail-on', 'warning'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('routes.a.key has no ${uuid}: two files can want one key, and the later one is refused')
    expect(stdout).toContain('secret is written here.')
    expect(stdout).not.toContain(KEY)
  })

  test('tells the worst of a preset where it starts, before it says that it is ready', async () => {
    const issuer = await start(['--preset', 'go', ...WHERE])
    expect(lineAfter(issuer.output(), 'error')).toBe('No bucket is named (bucket-open)')
    expect(issuer.output().trim().split('\n').at(-1)).toMatch(/^issuer listening on /)
  })

  test('judges a command line, and a preset, in the same way', async () => {
    const flags = await run(['serve', '--check', '--insecure-public', ...WHERE])
    expect(flags.stdout).toContain('Nobody is asked who they are: everybody who can reach it may upload.')
    expect(flags.exitCode).toBe(0)
    const preset = await run(['serve', '--check', '--preset', 'go', ...WHERE])
    expect(preset.stdout).toContain('No bucket is named.')
    expect(preset.exitCode).toBe(1)
  })
})

describe('postern serve by options', () => {
  test('lets in whoever has the key in a file, or whom the application names', async () => {
    await write('importer', `${KEY}\n`)
    const issuer = await start([...WHERE, '--api-key-file', 'importer', '--forward-auth', 'http://127.0.0.1:1/who'])
    expect((await ask(issuer, PNG, { authorization: `Bearer ${KEY}` })).status).toBe(200)
    expect((await ask(issuer, PNG, { cookie: 'sid=1' })).status).toBe(503)
    expect((await stop(issuer)).exitCode).toBe(0)
  })

  test('told to stop, it answers what it was asked before, and takes nothing more', async () => {
    const application = createServer().listen(0, '127.0.0.1')
    await once(application, 'listening')
    const { port } = application.address() as AddressInfo
    const issuer = await start([...WHERE, '--forward-auth', `http://127.0.0.1:${port}/who`])
    const answer = ask(issuer, PNG, { cookie: 'sid=1' })
    const [, waiting] = (await once(application, 'request')) as [IncomingMessage, ServerResponse]
    issuer.signal('SIGTERM')
    await vi.waitFor(() => expect(ask(issuer)).rejects.toThrow(), { timeout: 10_000 })
    waiting.end('{"id":"eva"}')
    expect((await answer).status).toBe(200)
    expect((await issuer.ended).exitCode).toBe(0)
    application.close()
  })

  test('lets pages of a listed origin in, and hands out no form to those of others', async () => {
    const issuer = await start([...WHERE, '--insecure-public', '--cors-origin', 'https://app.example'])
    expect((await ask(issuer, PNG, { origin: 'https://app.example' })).status).toBe(200)
    expect((await ask(issuer, PNG, { origin: 'https://evil.example' })).status).toBe(403)
  })

  const mistakes: [words: string[], says: string][] = [
    [['--jwt-issuer', 'x'], '--jwt-issuer needs a key: add --jwt-jwks-url'],
    [['--jwt-jwks-url', 'https://id.example/keys'], '"jwksUrl" needs "issuer" and "audience"'],
    [['--jwt-secret-file', 'nowhere'], 'The file nowhere cannot be read (ENOENT).'],
    [['--api-key-file', 'short'], 'under 32 characters'],
    [['--forward-auth-user-header', 'x'], '--forward-auth-user-header goes with --forward-auth.'],
    [['--api-key-file', 'short', '--insecure-public'], 'cannot be used with'],
    [['--insecure-public', '--webhook-url', 'http://app.local/'], 'Set POSTERN_WEBHOOK_SECRET, or its _FILE.'],
    [['--insecure-public', '--callback-url', 'app'], '--callback-url must be an address'],
    [['--insecure-public', '--cors-origin', 'app'], '--cors-origin holds "app"'],
    [['--insecure-public', '--trust-proxy', 'all'], 'Give how many proxies stand in front'],
    [['--insecure-public', '--key-template', 'a//b'], '--key-template: A name is missing'],
  ]

  test.each(mistakes)('%j is one sentence and exit code 2', async (words, says) => {
    await write('short', 'short')
    const { stdout, stderr, exitCode } = await run(['serve', ...WHERE, ...words])
    expect(stderr).toContain(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
  })
})

test('postern form writes the form of a route of the configuration, for a user', async () => {
  await writeJson({
    storage: STORAGE,
    authorize: 'public',
    routes: { avatars: { key: '${user}/${uuid}', types: ['image/*'] } },
  })
  const { stdout } = await run(['form', '--route', 'avatars', '--user', 'eva', '--type', 'image/png'])
  expect(JSON.parse(stdout).key).toMatch(/^uploads\/eva\/[0-9a-f-]{36}$/)
})
