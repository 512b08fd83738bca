import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'postern-lock-'))
  onTestFinished(() => rm(dir, { recursive: true }))
})

test('a folder has one holder until it is released', async () => {
  const lock = await lockFolder(dir)
  await expect(lockFolder(dir)).rejects.toThrow(`The folder ${dir} is in use by process ${process.pid}:`)
  await lock.release()
  await (await lockFolder(dir)).release()
  expect(await readdir(join(dir, 'lock'))).toEqual([])
})

test('a living process keeps its folder; a killed one leaves it', async () => {
  const holder = await holdElsewhere(dir)
  await expect(lockFolder(dir)).rejects.toThrow(`in use by process ${holder.pid}:`)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(await readdir(join(dir, 'lock'))).toHaveLength(1)
  await (await lockFolder(dir)).release()
  expect(await readdir(join(dir, 'lock'))).toEqual([])
})

test('of several that come at the same moment at most one gets the folder', async () => {
  for (let round = 0; round < 30; round++) {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(dir)))
    const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    expect(locks.length).toBeLessThanOrEqual(1)
    for (const lock of locks) await lock.release()
  }
  await (await lockFolder(dir)).release()
})

test('a path that is longer than a socket may have is no trouble', async () => {
  const long = join(dir, 'a'.repeat(200), '中'.repeat(50))
  const lock = await lockFolder(long)
  await expect(lockFolder(long)).rejects.toThrow(/in use/)
  await lock.release()
  await (await lockFolder(long)).release()
})

test('a file that no holder made is left where it is', async () => {
  await (await lockFolder(dir)).release()
  await writeFile(join(dir, 'lock', 'README'), 'not ours')
  await (await lockFolder(dir)).release()
  expect(await readdir(join(dir, 'lock'))).toEqual(['README'])
})

/** A process of its own that locks the folder and stays. */
async function holdElsewhere(folder: string): Promise<ChildProcess> {
  const module = new URL('./folder-lock.ts', import.meta.url).href
  const script = `import { lockFolder } from ${JSON.stringify(module)}
    await lockFolder(${JSON.stringify(folder)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}
