import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { parseUploadForm } from '../src/form/upload-form.ts'
import type { HttpServer } from '../src/http/server.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { CREDENTIAL_ENVIRONMENT, postern, SECRET } from './cli-process.ts'

const STORAGE = ['--bucket', 'photos', '--region', 'cn-hangzhou']
const FORM = ['form', ...STORAGE]

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, on a machine that others use too

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe.concurrent('help', () => {
  test.each(['dev', 'serve', 'store', 'form', 'policy', 'policy explain', 'policy lint', 'policy try', 'policy debug'])(
    'postern %s --help explains itself with an example, in 80 columns',
    async (command) => {
      const { stdout, stderr, exitCode } = await postern([...command.split(' '), '--help'])
      expect(stdout).toMatch(new RegExp(`^Usage: postern ${command} `))
      expect(stdout).toMatch(new RegExp(`\nExamples?:\n  postern ${command} ?`))
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    },
  )

  test('postern --help lists the commands', async () => {
    const { stdout, exitCode } = await postern(['--help'])
    for (const command of ['dev', 'serve', 'store', 'form', 'policy'])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
    expect(exitCode).toBe(0)
  })

  test('postern alone prints its help as an error', async () => {
    const { stdout, stderr, exitCode } = await postern([])
    expect(stderr).toMatch(/^Usage: postern /)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
  })

  test('postern --version prints the version of the package', async () => {
    expect(await postern(['--version'])).toEqual({ stdout: `${packageJson.version}\n`, stderr: '', exitCode: 0 })
  })
})

const usageErrors: { words: readonly string[]; sentence: string; env?: Record<string, string> }[] = [
  { words: ['dve'], sentence: "Unknown command 'dve'. Did you mean dev?" },
  { words: ['dev', '--prot', '1'], sentence: "Unknown option '--prot'. Did you mean --port?" },
  { words: ['dev', '--port', '65536'], sentence: 'Give a number from 1 to 65535, or 0 for a free port.' },
  { words: ['dev', 'extra'], sentence: 'Too many arguments' },
  { words: ['store', '--bucket', 'No_Bucket'], sentence: 'Give 3 to 63 of a-z' },
  { words: ['store', '--access-key-id', 'a'], sentence: '--access-key-secret is missing' },
  { words: [...FORM, `--access-key-sceret=${SECRET}`], sentence: "Unknown option '--access-key-sceret'." },
  { words: FORM, sentence: 'Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET', env: {} },
  { words: FORM, sentence: 'OSS_ACCESS_KEY_ID is missing', env: { OSS_ACCESS_KEY_SECRET: SECRET } },
  { words: [...FORM, '--max-size', '10XB'], sentence: 'Give bytes or a size such as 500KB, 10MB or 2GB.' },
  { words: [...FORM, '--max-size', '50001GB'], sentence: '--max-size: 53688164941824 will not do' },
  { words: [...FORM, '--expires-in', '8d', '--curl', 'package.json'], sentence: '--expires-in: 691200' },
  { words: [...FORM, '--scheme', 'v4'], sentence: 'Allowed choices are oss-v4' },
  { words: ['form', '--bucket', 'photos'], sentence: 'Give --endpoint or --region' },
  { words: ['form', '--endpoint', `u:${SECRET}@host`, '--bucket', 'photos'], sentence: 'no user name and password' },
  { words: ['serve', ...STORAGE], sentence: 'Nothing says who may upload' },
  { words: ['serve', ...STORAGE, '--preset', 'golang'], sentence: 'Allowed choices are python' },
  { words: ['serve', ...STORAGE, '--preset', 'go', '--max-size', '1'], sentence: 'cannot be used with' },
  { words: ['serve', ...STORAGE, '--preset', 'go', '--host', '0.0.0.0'], sentence: 'Add --insecure-public' },
  { words: ['serve', ...STORAGE, '--insecure-public', '--dir', 'a/'], sentence: 'Give --prefix instead' },
  { words: ['policy', 'try', '--field', 'key'], sentence: 'Give a name and a value' },
  { words: ['policy', 'try', '-', '--form', '-'], sentence: 'cannot both come from standard input' },
]

test.concurrent.each(usageErrors)(
  'what was typed wrong is one sentence and exit code 2: $sentence',
  async ({ words, sentence, env }) => {
    const { stdout, stderr, exitCode } = await postern(words, { env: env ?? CREDENTIAL_ENVIRONMENT })
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
  },
)

const failures: { words: readonly string[]; input?: string; sentence: string }[] = [
  { words: ['policy', 'explain', 'nowhere.json'], sentence: 'There is no file or folder nowhere.json.' },
  { words: ['policy', 'explain', '.'], sentence: '. is a folder, and a file is needed.' },
  { words: ['policy', 'explain'], input: '', sentence: 'There is nothing to read.' },
  { words: ['policy', 'explain'], input: 'no policy!', sentence: 'The policy is not Base64' },
  { words: ['policy', 'explain'], input: '{"foo": 1}', sentence: 'The policy has the member "foo"' },
  { words: ['policy', 'explain'], input: '{"fields": {"policy": 1}}', sentence: '"method" must be "POST"' },
  { words: [...FORM, '--curl', 'nowhere.png'], sentence: 'There is no file or folder nowhere.png.' },
  { words: [...FORM, '--type', 'text/html'], sentence: 'text/html is not among the types' },
  { words: [...FORM, '--key', '/a.png'], sentence: 'A key must not begin with "/"' },
]

test.concurrent.each(failures)(
  'what cannot be done is one sentence and exit code 1: $sentence',
  async ({ words, input, sentence }) => {
    const { stdout, stderr, exitCode } = await postern(words, { env: CREDENTIAL_ENVIRONMENT, input: input ?? '' })
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  },
)

describe('postern form', () => {
  let store: Store
  let server: HttpServer
  let storage: string[]

  beforeAll(async () => {
    const credential = { accessKeyId: 'test-key', accessKeySecret: SECRET }
    store = await openStore({ buckets: [{ name: 'photos', acl: 'public-read' }], credentials: [credential] })
    server = await store.listen()
    storage = ['--bucket', 'photos', '--endpoint', server.url, '--region', 'cn-hangzhou']
  })
  afterAll(() => store.close())

  test('prints a form as JSON', async () => {
    const { stdout, exitCode } = await postern(
      [...FORM, '--key', 'a.png', '--type', 'image/png', '--max-size', '1MB'],
      {
        env: CREDENTIAL_ENVIRONMENT,
      },
    )
    const form = parseUploadForm(JSON.parse(stdout))
    expect(form).toMatchObject({
      url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
      key: 'a.png',
      maxSize: 1_048_576,
    })
    expect(form.fields).toMatchObject({ key: 'a.png', 'Content-Type': 'image/png', 'x-oss-forbid-overwrite': 'true' })
    expect(exitCode).toBe(0)
  })

  test.each([
    'plain.txt',
    'with space.txt',
    "it's.txt",
    'say "hi".txt',
    '$(id) `id` $HOME.txt',
    'a;type=text,b.txt',
    'back\\slash.txt',
    '中文 😀.txt',
    '-',
    '@list.txt',
  ])('--curl prints a line that a shell runs and the store accepts, for a file called %s', async (name) => {
    await writeFile(join(folder, name), `content of ${name}`)
    const words = ['form', ...storage, '--curl', name, '--scheme', 'oss-v4']
    const { stdout } = await postern(words, { env: CREDENTIAL_ENVIRONMENT, cwd: folder })
    expect(await runByShell(stdout)).toMatch(/^HTTP\/1\.1 200 /)
    const key = /key=(\S+)/.exec(stdout)?.[1]
    expect(await (await fetch(`${server.url}/photos/${key}`)).text()).toBe(`content of ${name}`)
  })

  test('a form is good for one upload: the same line again is refused', async () => {
    await writeFile(join(folder, 'once.txt'), 'once')
    const { stdout } = await postern(['form', ...storage, '--curl', 'once.txt'], {
      env: CREDENTIAL_ENVIRONMENT,
      cwd: folder,
    })
    expect(await runByShell(stdout)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await runByShell(stdout)).toContain('FileAlreadyExists')
  })

  test.each(['oss-v1', 'oss-v4', 's3-v2', 's3-v4'])(
    '--scheme %s makes a form that the store accepts',
    async (scheme) => {
      await writeFile(join(folder, 'signed.txt'), 'signed')
      const words = ['form', ...storage, '--curl', 'signed.txt', '--scheme', scheme]
      const { stdout } = await postern(words, { env: CREDENTIAL_ENVIRONMENT, cwd: folder })
      expect(await runByShell(stdout)).toMatch(/^HTTP\/1\.1 200 /)
    },
  )
})

describe.concurrent('postern policy', () => {
  const policy = {
    expiration: '2099-01-01T00:00:00.000Z',
    conditions: [{ bucket: 'photos' }, ['starts-with', '$key', 'cats/'], ['content-length-range', 1, 10]],
  }
  const encoded = Buffer.from(JSON.stringify(policy)).toString('base64')
  const fields = { key: 'cats/a.png', policy: encoded }
  const form = { method: 'POST', url: 'http://127.0.0.1:9000/photos/', fields, expiresAt: policy.expiration }

  test.each([
    ['JSON', JSON.stringify(policy)],
    ['Base64', encoded],
    ['Base64 in lines', encoded.replaceAll(/.{20}/g, '$&\n')],
    ['a form', JSON.stringify(form)],
    [
      "an issuer's answer",
      JSON.stringify({ policy: encoded, ossAccessKeyId: 'a', signature: 'b', host: 'https://h', dir: 'd/' }),
    ],
    [
      'a wrapped answer',
      JSON.stringify({ code: 0, data: { policy: encoded, accessid: 'a', signature: 'b', host: 'h' } }),
    ],
  ])('explain reads a policy as %s', async (_, input) => {
    const { stdout, stderr, exitCode } = await postern(['policy', 'explain'], { input })
    expect(stdout).toMatch(/^Good until 2099-01-01 00:00:00 UTC/)
    expect(stdout).toContain(
      'The bucket must be "photos".\nThe key must begin with "cats/".\nThe file must have from 1 byte to 10 bytes.',
    )
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  })

  test('explain reads a policy with \\$, which is no JSON', async () => {
    const input = '{"expiration":"2099-01-01T00:00:00Z","conditions":[["eq","$key","\\$5.png"]]}'
    expect((await postern(['policy', 'explain'], { input })).stdout).toContain('The key must be "$5.png".')
  })

  test('a policy cannot write control characters or right-to-left marks to the terminal', async () => {
    const value = '\u001b[2J\u009b31m\u202egnp.exe\u2028'
    const input = JSON.stringify({
      ...policy,
      conditions: [
        ['eq', '$key', value],
        ['eq', `$x-${value}`, 'a'],
      ],
    })
    for (const words of [['explain'], ['try', '--field', 'key=a'], ['try', '--json']]) {
      const { stdout, stderr } = await postern(['policy', ...words], { input })
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2028]/u)
    }
  })

  test('try says that a form and a file are accepted', async () => {
    await writeFile(join(folder, 'small.png'), '12345')
    const words = ['policy', 'try', '--form', '-', '--file', 'small.png']
    const result = await postern(words, { input: JSON.stringify(form), cwd: folder })
    expect(result).toEqual({ stdout: 'Accepted: all 3 conditions hold.\n', stderr: '', exitCode: 0 })
  })

  test('try says each condition that fails, and why', async () => {
    await writeFile(join(folder, 'policy.json'), JSON.stringify(policy))
    await writeFile(join(folder, 'large.png'), '12345678901')
    const words = ['try', 'policy.json', '--bucket', 'papers', '--field', 'key=dogs/a.png', '--file', 'large.png']
    const { stdout, stderr, exitCode } = await postern(['policy', ...words], { cwd: folder })
    expect(stdout.split('\n')).toEqual([
      'Refused:',
      '  ["eq", "$bucket", "photos"]',
      expect.stringContaining('    The bucket must be "photos"; it is "papers".'),
      '  ["starts-with", "$key", "cats/"]',
      expect.stringContaining('    The key must begin with "cats/"; it is "dogs/a.png".'),
      expect.stringContaining('  The file has 11 bytes; this policy allows at most 10 bytes.'),
      '',
    ])
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 })
  })

  test('try says what it could not judge', async () => {
    const result = await postern(['policy', 'try', '--field', 'key=cats/a.png'], { input: JSON.stringify(policy) })
    expect(result.stdout.split('\n')).toEqual([
      'Accepted: all 3 conditions hold.',
      'The bucket was not judged: name it with --bucket.',
      'The size was not judged: name a file with --file.',
      '',
    ])
    expect(result.exitCode).toBe(0)
  })

  test('a field on the command line stands in for the one in the form', async () => {
    const words = ['policy', 'try', '--field', 'KEY=dogs/a.png', '--json']
    const { stdout, exitCode } = await postern(words, { input: JSON.stringify(form) })
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: false,
      failures: [{ code: 'condition-failed', condition: '["starts-with", "$key", "cats/"]' }],
      unjudged: ['The size was not judged: name a file with --file.'],
    })
    expect(exitCode).toBe(1)
  })

  test('S3 forms are judged by the rules of S3', async () => {
    const input = JSON.stringify({ ...form, fields: { ...fields, 'x-amz-signature': 'a', 'x-amz-meta-a': 'b' } })
    const { stdout, exitCode } = await postern(['policy', 'try'], { input })
    expect(stdout).toContain('No condition of the policy names the field "x-amz-meta-a".')
    expect(exitCode).toBe(1)
    expect((await postern(['policy', 'try', '--dialect', 'oss'], { input })).exitCode).toBe(0)
  })

  test('only on OSS does the type of the file itself meet a condition on the content type', async () => {
    const input = JSON.stringify({
      expiration: '2099-01-01T00:00:00Z',
      conditions: [['starts-with', '$content-type', 'image/']],
    })
    const on = async (dialect: string): Promise<number | null> =>
      (await postern(['policy', 'try', '--type', 'image/png', '--dialect', dialect], { input })).exitCode
    expect(await on('oss')).toBe(0)
    expect(await on('s3')).toBe(1)
  })
})

/** Not the synchronous way: the store answers from this process. */
async function runByShell(line: string): Promise<string> {
  return (await promisify(execFile)('/bin/sh', ['-c', line], { cwd: folder })).stdout
}
