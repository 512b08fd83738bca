import { expect, test } from 'vitest'
import { storeFull } from './disk-error.ts'
import { groupCommit } from './group-commit.ts'

test('changes that arrive while a transaction is under way share the next one', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit, disk.room)
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
  const { write } = groupCommit(disk.commit, disk.room)
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
  const { write } = groupCommit(disk.commit, disk.room)
  const throwing = (): never => {
    throw new Error('no')
  }
  const outcomes = Promise.allSettled([write(throwing), write(() => 'yes')])
  await disk.flush()
  expect(await outcomes).toMatchObject([{ reason: { message: 'no' } }, { value: 'yes' }])
})

test('a transaction that fails fails all its changes, and the next one is tried anew', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit, disk.room)
  const failed = Promise.allSettled([write(() => 1), write(() => 2)])
  await disk.flush(new Error('broken'))
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = write(() => 3)
  await disk.flush()
  expect(await next).toBe(3)
})

test('a transaction that cannot even be opened fails what waited for it', async () => {
  let ran = 0
  const { write, idle } = groupCommit(() => Promise.reject(new Error('closed')), new Disk().room)
  await expect(write(() => ran++)).rejects.toThrow('closed')
  await idle()
  expect(ran).toBe(0)
})

test('a transaction that is repeated runs its changes again, and nobody else with them', async () => {
  const disk = new Disk()
  let runs = 0
  const { write } = groupCommit(async (work) => {
    await Promise.resolve()
    work()
    late ??= write(() => 'late')
    await disk.commit(work)
  }, disk.room)
  let late: Promise<string> | undefined
  const first = write(() => ++runs)
  await disk.flush()
  expect(await first).toBe(2)
  await disk.flush()
  expect(await late).toBe('late')
})

test('a full disk refuses what shares its transaction, and lets what makes room try alone', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit, disk.room)
  const outcomes = Promise.allSettled([write(() => 'put'), write(() => 'deletion', { makesRoom: true })])
  await disk.flush(storeFull())
  await disk.flush()
  expect(await outcomes).toMatchObject([{ reason: { code: 'store-full' } }, { value: 'deletion' }])
  expect(disk.spent).toBe(0)
})

test('a deletion that finds no room even alone gets what was kept for it, little by little, and else is refused', async () => {
  const disk = new Disk()
  disk.kept = 2
  const { write } = groupCommit(disk.commit, disk.room)
  const [helped, refused] = [1, 2].map((value) => write(() => value, { makesRoom: true }))
  const outcomes = Promise.allSettled([helped, refused])
  await disk.flush(storeFull())
  await disk.flush(storeFull())
  expect(disk.spent).toBe(1)
  await disk.flush(storeFull())
  expect(disk.spent).toBe(2)
  await disk.flush()
  await disk.flush(storeFull())
  expect(await outcomes).toMatchObject([{ value: 1 }, { reason: { code: 'store-full' } }])
})

test('while room is short only what makes room runs; when there is room again, all do', async () => {
  const disk = new Disk()
  const { write } = groupCommit(disk.commit, disk.room)
  let ran = 0
  disk.room.runShort()
  const refused = write(() => ran++)
  const deleted = write(() => 'gone', { makesRoom: true })
  const outcomes = Promise.allSettled([refused, deleted])
  await disk.flush()
  expect(await outcomes).toMatchObject([{ reason: { code: 'store-full' } }, { value: 'gone' }])
  expect(ran).toBe(0)
  disk.hasRoom = true
  const next = write(() => ran++)
  await disk.flush()
  await next
  expect(ran).toBe(1)
})

/** A disk whose transactions are opened and ended when the test says so. */
class Disk {
  commits = 0
  spent = 0
  kept = 0
  hasRoom = false
  isShort = false
  #end: ((error?: Error) => void) | undefined

  readonly room = this.#room()

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
    await new Promise((resolve) => setImmediate(resolve))
    this.#end?.(error)
    await new Promise((resolve) => setImmediate(resolve))
  }

  #room() {
    const disk = this
    return {
      get isShort() {
        return disk.isShort
      },
      runShort() {
        disk.isShort = true
      },
      async spend() {
        disk.spent += 1
        return disk.spent <= disk.kept
      },
      async regain() {
        if (disk.hasRoom) disk.isShort = false
      },
    }
  }
}
