import { mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openLogFile } from './log-file.ts'

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-log-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('lines are appended in their order, and are there once it is closed', async () => {
  const path = join(await freshFolder(), 'access.log')
  for (const run of ['a', 'b']) {
    const log = await openLogFile({ path })
    for (let line = 0; line < 1000; line++) log.write(`${run}${line}\n`)
    await log.close()
  }
  const expected = ['a', 'b'].flatMap((run) => Array.from({ length: 1000 }, (_, line) => `${run}${line}\n`))
  expect(await readFile(path, 'utf8')).toBe(expected.join(''))
})

test('only its owner can read it', async () => {
  const path = join(await freshFolder(), 'access.log')
  await (await openLogFile({ path })).close()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a file that cannot be opened is an error at once', async () => {
  const path = join(await freshFolder(), 'none', 'access.log')
  await expect(openLogFile({ path })).rejects.toThrow('ENOENT')
})

test('after a rename it goes on in a new file, and no line is lost or cut', async () => {
  const folder = await freshFolder()
  const path = join(folder, 'access.log')
  const log = await openLogFile({ path })
  for (let line = 0; line < 100; line++) log.write(`${line}\n`)
  await rename(path, `${path}.1`)
  const reopened = log.reopen()
  for (let line = 100; line < 200; line++) log.write(`${line}\n`)
  await reopened
  await log.close()
  const [before, after] = await Promise.all([readFile(`${path}.1`, 'utf8'), readFile(path, 'utf8')])
  expect(before + after).toBe(Array.from({ length: 200 }, (_, line) => `${line}\n`).join(''))
  expect(after).toContain('199\n')
})

test('a full disk is told once, and costs nothing but lines', async () => {
  const folder = await freshFolder()
  const path = join(folder, 'full.log')
  await symlink('/dev/full', path)
  const onFault = vi.fn()
  const log = await openLogFile({ path, onFault })
  for (let line = 0; line < 10; line++) {
    log.write(`${line}\n`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await log.close()
  expect(onFault.mock.calls).toEqual([[expect.objectContaining({ code: 'ENOSPC' })]])
})

test('lines are kept again once there is a file that takes them', async () => {
  const folder = await freshFolder()
  const path = join(folder, 'access.log')
  await symlink('/dev/full', path)
  const onFault = vi.fn()
  const log = await openLogFile({ path, onFault })
  log.write('lost\n')
  await vi.waitFor(() => expect(onFault).toHaveBeenCalled())
  await rm(path)
  const reopened = log.reopen()
  log.write('kept\n')
  await reopened
  await log.close()
  expect(await readFile(path, 'utf8')).toBe('kept\n')
})

test('what cannot be written yet is kept up to 8 MiB', async () => {
  const path = join(await freshFolder(), 'access.log')
  const onFault = vi.fn()
  const log = await openLogFile({ path, onFault })
  const line = `${'x'.repeat(1024 * 1024 - 1)}\n`
  for (let count = 0; count < 8; count++) log.write(line)
  expect(onFault).not.toHaveBeenCalled()
  log.write('x')
  expect(onFault).toHaveBeenCalledOnce()
  await log.close()
  expect((await stat(path)).size).toBeGreaterThanOrEqual(8 * 1024 * 1024)
})

test('characters that would move a terminal or turn its text around are escaped, as JSON may', async () => {
  const path = join(await freshFolder(), 'access.log')
  const log = await openLogFile({ path })
  const key = 'a\u007f\u009b31m\u202e\u2028b'
  log.write(`${JSON.stringify({ key })}\n`)
  await log.close()
  const text = await readFile(path, 'utf8')
  expect(text.trimEnd()).toBe('{"key":"a\\u007f\\u009b31m\\u202e\\u2028b"}')
  expect(JSON.parse(text)).toEqual({ key })
})
