import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { listen } from '../src/http/listen.ts'
import type { CompletedUpload } from '../src/issuer/completion/completion.ts'
import { createIssuer, type IssuerOptions } from '../src/issuer/create-issuer.ts'
import { oss } from '../src/issuer/storage/oss.ts'
import { openStore } from '../src/store/open-store.ts'
import { postern, startPostern } from './cli-process.ts'
import { type FaultyProxy, openFaultyProxy } from './e2e/faulty-proxy.ts'
import { storeRequest } from './e2e/request-kinds.ts'

const MIB = 1024 * 1024
const BUCKET = 'photos'
const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const REGION = 'cn-hangzhou'

interface Site {
  /** The issuer's address. */
  readonly to: string
  /** What stands before the store. */
  readonly store: FaultyProxy
  readonly completed: readonly CompletedUpload[]
  readonly read: (url: string) => Promise<Buffer>
}

async function openSite(options: Partial<IssuerOptions> = {}): Promise<Site> {
  const store = await openStore({
    buckets: [{ name: BUCKET, acl: 'public-read' }],
    credentials: [CREDENTIAL],
    region: REGION,
  })
  const server = await store.listen()
  const proxy = await openFaultyProxy(storeRequest)
  proxy.turnTo(server.port)
  const completed: CompletedUpload[] = []
  const issuer = await listen(
    createIssuer({
      storage: oss({ bucket: BUCKET, url: `${proxy.url}/${BUCKET}/`, region: REGION, credential: CREDENTIAL }),
      authorize: 'public',
      limits: false,
      onUploaded: (upload: CompletedUpload) => void completed.push(upload),
      ...options,
    }),
  )
  onTestFinished(async () => {
    await issuer.close()
    await proxy.close()
    await server.close()
    await store.close()
  })
  const read = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())
  return { to: issuer.url, store: proxy, completed, read }
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-put-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function makeFile(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content)
  return name
}

/** Each run starts a process, some of them two, beside whatever else this machine does. */
vi.setConfig({ testTimeout: 60_000 })

/** A run in the folder of the files, with a state folder of its own. */
function runIn(env: Readonly<Record<string, string>> = {}) {
  return { cwd: folder, env: { XDG_STATE_HOME: join(folder, 'state'), ...env } }
}

const put = (words: readonly string[], env?: Readonly<Record<string, string>>) => postern(['put', ...words], runIn(env))

/** What stands after a name in the lines of a result. */
function rowOf(stdout: string, name: string): string {
  return new RegExp(`^  ${name} +(.*)$`, 'm').exec(stdout)?.[1] ?? ''
}

describe('postern put', () => {
  test('stores a file, and says what was stored and that its bytes are the same', async () => {
    const site = await openSite()
    const content = randomBytes(300_000)
    const { stdout, stderr, exitCode } = await put([await makeFile('照片 1.png', content), '--to', site.to])
    expect([stderr, exitCode]).toEqual(['', 0])
    expect(stdout.split('\n')[0]).toBe('照片 1.png')
    expect(rowOf(stdout, 'size')).toBe('300,000 bytes (293 KiB)')
    expect(rowOf(stdout, 'ETag')).toMatch(/^"?[0-9A-F]{32}"?$/)
    expect(rowOf(stdout, 'CRC-64')).toMatch(/^\d+ \(that of the file\)$/)
    expect(rowOf(stdout, 'URL')).toContain(rowOf(stdout, 'key'))
    expect((await site.read(rowOf(stdout, 'URL'))).equals(content)).toBe(true)
    expect(site.completed[0]).toMatchObject({ key: rowOf(stdout, 'key'), type: 'image/png' })
  })

  test('tells a script in JSON, a line for each file, those that failed too', async () => {
    const site = await openSite({ routes: { default: { types: ['text/plain'] } } })
    const files = [await makeFile('a.txt', 'a'), await makeFile('b.png', 'b'), await makeFile('c.txt', 'c')]
    const { stdout, stderr, exitCode } = await put([...files, '--json', '--to', site.to])
    expect(exitCode).toBe(1)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const told = new Map(lines.map((line) => [line.file, line]))
    expect(told.get('a.txt')).toMatchObject({ size: 1, verified: true, crc64: expect.stringMatching(/^\d+$/) })
    expect(told.get('c.txt')).toMatchObject({ size: 1, verified: true })
    expect(told.get('b.png')).toMatchObject({ error: { code: 'type-not-allowed' } })
    expect(stderr).toMatch(/^postern: b\.png: image\/png is not among the types/)
    expect(site.completed).toHaveLength(2)
  })

  test('sends headers to the issuer only, metadata with the object, and the route and type that are asked for', async () => {
    const seen: (string | null)[] = []
    const site = await openSite({
      authorize(request) {
        seen.push(request.headers.get('authorization'), request.headers.get('x-team'))
        return { id: 'eva' }
      },
      routes: { default: {}, papers: { types: ['application/x-paper'], meta: { author: { maxLength: 20 } } } },
    })
    const words = [
      '--route',
      'papers',
      '--type',
      'application/x-paper',
      '--meta',
      'Author=Eva',
      '--header',
      'X-Team: blue',
    ]
    const file = await makeFile('paper', 'text')
    const { exitCode, stderr } = await put([file, ...words, '--to', site.to], { POSTERN_AUTHORIZATION: 'Bearer t0ken' })
    expect([stderr, exitCode]).toEqual(['', 0])
    expect(new Set(seen)).toEqual(new Set(['Bearer t0ken', 'blue']))
    expect(site.completed[0]).toMatchObject({ route: 'papers', type: 'application/x-paper' })
  })

  test('tries again where the connection breaks, and makes one object', async () => {
    const site = await openSite()
    site.store.cut({ kind: 'form' }, 1000)
    const { stderr, exitCode } = await put([await makeFile('broken.txt', 'x'.repeat(100_000)), '--to', site.to])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^postern: broken\.txt: The store at .* did not answer.*Trying again/)
    expect(site.completed).toHaveLength(1)
  })

  test('notices that the file was changed while it was sent', async () => {
    const site = await openSite()
    const file = await makeFile('changing.txt', 'before')
    const held = site.store.holdAnswer({ kind: 'form' })
    const running = put([file, '--to', site.to])
    await held.reached
    await makeFile('changing.txt', 'after!')
    held.release()
    const { stdout, stderr, exitCode } = await running
    expect([stdout, exitCode]).toEqual(['', 1])
    expect(stderr).toMatch(
      /^postern: changing\.txt: The object uploads\/.* was changed while it was sent\. Delete the object/,
    )
  })
})

describe('what cannot be sent is told in one sentence, and nothing is sent:', () => {
  test.each([
    { words: ['nowhere.png'], says: /^postern: There is no file or folder nowhere\.png\.$/, code: 1 },
    {
      words: ['a-folder'],
      says: /^postern: a-folder is a folder\. Give the files in it, such as a-folder\/\*\.$/,
      code: 1,
    },
    { words: ['here.txt', 'nowhere.png'], says: /no file or folder nowhere\.png/, code: 1 },
    { words: ['empty.txt'], says: /^postern: empty\.txt: .*The file has 0 bytes; at least 1/, code: 1 },
    { words: ['here.txt', '--type', 'text/html'], says: /^postern: here\.txt: text\/html is not among/, code: 1 },
    { words: ['here.txt', '--route', 'no'], says: /^postern: here\.txt: .*route/, code: 1 },
    { words: [], says: /^postern: Missing required argument 'file'/, code: 2 },
    { words: ['here.txt', '--to', 'app.example'], says: /Give an address such as https:\/\/app\.example\./, code: 2 },
    { words: ['here.txt', '--to', 'ftp://app.example'], says: /Give an address/, code: 2 },
    { words: ['here.txt', '--meta', 'author'], says: /Give a name and a value such as author=eva\./, code: 2 },
    { words: ['here.txt', '--parts-from', 'many'], says: /Give bytes or a size/, code: 2 },
    {
      words: ['here.txt', '--header', 'Bearer hunter2'],
      says: /^postern: --header is no header\. Give a name/,
      code: 2,
    },
  ])('postern put $words', async ({ words, says, code }) => {
    const site = await openSite()
    await makeFile('here.txt', 'x')
    await makeFile('empty.txt', '')
    await mkdir(join(folder, 'a-folder'), { recursive: true })
    const to = words.includes('--to') ? [] : ['--to', site.to]
    const { stdout, stderr, exitCode } = await put([...words, ...to])
    expect([stdout, exitCode]).toEqual(['', code])
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr.trim()).toMatch(says)
    expect(stderr).not.toContain('hunter2')
    expect(site.completed).toEqual([])
  })

  test('an issuer that is not there', async () => {
    const gone = await listen(async () => new Response())
    await gone.close()
    const { stderr, exitCode } = await put([await makeFile('here.txt', 'x'), '--to', gone.url])
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      `postern: No issuer answers at ${gone.url}/ (ECONNREFUSED). Start one with postern dev, or give its address with --to.\n`,
    )
  })

  test('an address where something else answers', async () => {
    const page = await listen(async () => new Response('<h1>Welcome</h1>'))
    onTestFinished(() => page.close())
    const { stderr, exitCode } = await put([await makeFile('here.txt', 'x'), '--to', page.url])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^postern: here\.txt: .*Is it an issuer/)
  })

  test('an issuer that does not know who asks', async () => {
    const site = await openSite({ authorize: () => undefined })
    const { stderr, exitCode } = await put([await makeFile('here.txt', 'x'), '--to', site.to])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^postern: here\.txt: /)
    expect(site.store.passed).toEqual([])
  })
})

describe('a large file', () => {
  const LARGE = ['--parts-from', '1MB']

  /** A run that has sent some parts, and waits with another in mid-air. */
  async function runHalf(name: string) {
    const site = await openSite({ routes: { default: { types: ['application/octet-stream'] } } })
    const content = randomBytes(40 * MIB + 1)
    const words = [await makeFile(name, content), ...LARGE, '--to', site.to]
    const held = site.store.hold({ kind: 'part', times: 100, where: ({ partNumber }) => partNumber >= 4 }, 100_000)
    const running = await startPostern(['put', ...words], '', runIn())
    await held.reached
    await expect.poll(() => sent(site).filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(3)
    return { site, content, words, held, running }
  }

  const sent = ({ store }: Site) => store.of('part')

  test('goes on after a kill: only what is missing is sent', async () => {
    const { site, content, words, held, running } = await runHalf('killed.bin')
    running.signal('SIGKILL')
    await running.ended
    const stored = new Set(
      sent(site)
        .filter(({ status }) => status === 200)
        .map(({ partNumber }) => partNumber),
    )
    held.release()
    const before = sent(site).length
    const { stdout, stderr, exitCode } = await put(words)
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^postern: killed\.bin: goes on; the storage has \d+ % of it already\.$/m)
    const again = sent(site)
      .slice(before)
      .map(({ partNumber }) => partNumber)
    expect(again.filter((number) => stored.has(number))).toEqual([])
    expect((await site.read(rowOf(stdout, 'URL'))).equals(content)).toBe(true)
    expect(rowOf(stdout, 'CRC-64')).toContain('that of the file')
    expect(await readdir(join(folder, 'state', 'postern', 'uploads'))).toEqual([])
  })

  test('stops at Ctrl-C, says how it goes on, and does', async () => {
    const { site, content, words, held, running } = await runHalf('stopped.bin')
    running.signal('SIGINT')
    const { stderr, exitCode } = await running.ended
    expect(exitCode).toBe(130)
    expect(stderr).toContain('postern: Stopped; stopped.bin not stored.\n')
    expect(stderr).toContain(
      'The storage keeps what it has of stopped.bin: the same command goes on with what is missing.',
    )
    held.release()
    const { stdout, exitCode: later } = await put(words)
    expect(later).toBe(0)
    expect((await site.read(rowOf(stdout, 'URL'))).equals(content)).toBe(true)
  })

  test('is remembered in files that nobody else can read', async () => {
    const { running, held } = await runHalf('secret.bin')
    const state = join(folder, 'state', 'postern', 'uploads')
    const [name = ''] = await readdir(state)
    expect((await stat(join(state, name))).mode & 0o077).toBe(0)
    running.signal('SIGKILL')
    await running.ended
    held.release()
    await rm(state, { recursive: true })
  })
})

test('Ctrl-C on the way of a form leaves nothing behind', async () => {
  const site = await openSite()
  const held = site.store.hold({ kind: 'form' }, 100_000)
  const file = await makeFile('given-up.bin', randomBytes(4 * MIB))
  const running = await startPostern(['put', file, '--to', site.to], '', runIn())
  await held.reached
  running.signal('SIGINT')
  const { stderr, exitCode } = await running.ended
  expect([stderr, exitCode]).toEqual(['postern: Stopped; given-up.bin not stored.\n', 130])
  held.release()
  expect(site.completed).toEqual([])
})
