import { describe, expect, test, vi } from 'vitest'
import { CREDENTIAL_ENVIRONMENT, postern } from './cli-process.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, on a machine that others use too

const policy = (...conditions: readonly unknown[]): string =>
  JSON.stringify({ expiration: new Date(Date.now() + 600_000).toISOString(), conditions })

const PINNED = [
  { bucket: 'photos' },
  { key: 'a.png' },
  ['content-length-range', 1, 10],
  ['in', '$content-type', ['image/png']],
  { 'x-oss-forbid-overwrite': 'true' },
]

describe.concurrent('postern policy lint', () => {
  test('says the worst first, with what follows and what to do', async () => {
    const { stdout, stderr } = await postern(['policy', 'lint'], { input: policy(...PINNED.slice(1)) })
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '1 error, 1 warning, 4 notes.',
      '',
      'Errors:',
      '  No bucket is named. The policy is good for every bucket that the access key may write to. (bucket-open)',
      '    Fix: Add {"bucket": "NAME"}.',
    ])
    expect(stderr).toBe('')
  })

  const levels: { failOn?: string; conditions: readonly unknown[]; exitCode: number }[] = [
    { conditions: PINNED, exitCode: 0 },
    { conditions: PINNED.slice(1), exitCode: 1 },
    { failOn: 'warning', conditions: PINNED, exitCode: 1 },
    { failOn: 'warning', conditions: [...PINNED, { 'x-oss-object-acl': 'default' }], exitCode: 0 },
    { failOn: 'note', conditions: [...PINNED, { 'x-oss-object-acl': 'default' }], exitCode: 1 },
  ]
  test.each(levels)('with --fail-on $failOn it ends with $exitCode', async ({ failOn, conditions, exitCode }) => {
    const words = ['policy', 'lint', ...(failOn === undefined ? [] : ['--fail-on', failOn])]
    expect((await postern(words, { input: policy(...conditions) })).exitCode).toBe(exitCode)
  })

  test.each([
    ['no policy', 'no policy!', 'The policy is not Base64'],
    ['nothing', '', 'There is nothing to read.'],
    ['JSON of something else', '{"foo": 1}', 'The policy has the member "foo"'],
  ])('ends with 2 where there is %s to judge', async (_, input, sentence) => {
    const { stdout, stderr, exitCode } = await postern(['policy', 'lint'], { input })
    expect(stderr).toContain(sentence)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
  })

  test('ends with 2 where there is no such file', async () => {
    const { stderr, exitCode } = await postern(['policy', 'lint', 'nowhere.json'])
    expect({ stderr, exitCode }).toEqual({
      stderr: 'postern: There is no file or folder nowhere.json.\n',
      exitCode: 2,
    })
  })

  test('prints JSON for programs', async () => {
    const { stdout } = await postern(['policy', 'lint', '--json'], { input: policy({ 'x-oss-object-acl': 'private' }) })
    expect(JSON.parse(stdout).findings[0]).toEqual({
      code: 'bucket-open',
      severity: 'error',
      title: 'No bucket is named',
      consequence: 'The policy is good for every bucket that the access key may write to.',
      fix: 'Add {"bucket": "NAME"}.',
    })
  })

  test('of a form it sees the address, the scheme and the fields too', async () => {
    const words = [
      'form',
      '--bucket',
      'photos',
      '--endpoint',
      'http://oss-cn-hangzhou.aliyuncs.com',
      '--scheme',
      'oss-v1',
    ]
    const form = await postern(words, { env: CREDENTIAL_ENVIRONMENT })
    const { stdout } = await postern(['policy', 'lint'], { input: form.stdout })
    expect(stdout).toContain('(host-http)')
    expect(stdout).toContain('(scheme-old)')
    expect(stdout).not.toContain('(field-absent)')
  })
})
