import { expect, test } from 'vitest'
import { groupCommit } from './group-commit.ts'

test('changes that arrive while a transaction is under way share the next one', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit)
  const done: number[] = []
  const writes = Array.from({ length: 10 }, (_, at) => write(() => at).then((value) => done.push(value)))
  await disk.flush()
  const late = [write(() => 10), write(() => 11)]
  await disk.flush()
  expect(await Promise.all(late)).toEqual([10, 11])
  await Promise.all(writes)
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(disk.commits).toBe(2)
})

test('nobody is told anything before the transaction is on the disk', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit)
  let told = false
  const written = write(() => 'value').then(() => {
    told = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toBe(false)
  await disk.flush()
  await written
})

test('a change that throws fails alone', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit)
  const throwing = (): never => {
    throw new Error('no')
  }
  const outcomes = Promise.allSettled([write(throwing), write(() => 'yes')])
  await disk.flush()
  expect(await outcomes).toMatchObject([{ reason: { message: 'no' } }, { value: 'yes' }])
})

test('a transaction that fails fails all its changes, and the next one is tried anew', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit)
  const failed = Promise.allSettled([write(() => 1), write(() => 2)])
  await disk.flush(new Error('full'))
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = write(() => 3)
  await disk.flush()
  expect(await next).toBe(3)
})

test('a transaction that cannot even be opened fails what waited for it', async () => {
  let ran = 0
  const { write, idle } = groupCommit(() => Promise.reject(new Error('closed')))
  await expect(write(() => ran++)).rejects.toThrow('closed')
  await idle()
  expect(ran).toBe(0)
})

/** A disk whose transactions are opened and ended when the test says so. */
class Disk {
  commits = 0
  #end: ((error?: Error) => void) | undefined

  readonly commit = (work: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      this.#end = (error) => {
        this.commits += 1
        work()
        if (error === undefined) resolve()
        else reject(error)
      }
    })

  async flush(error?: Error): Promise<void> {
    this.#end?.(error)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
