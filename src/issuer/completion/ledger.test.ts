import { expect, test } from 'vitest'
import { createMemoryLedger, type Ledger } from './ledger.ts'

const LATER = 1000

function ledgerAt(limits?: { maxEntries: number; maxCharacters: number }) {
  const clock = { time: 0 }
  const ledger: Ledger = createMemoryLedger(() => new Date(clock.time), limits)
  const done: string[] = []
  const once = (id: string, result = id) =>
    ledger.once(id, clock.time + LATER, async () => {
      done.push(id)
      return result
    })
  return { ledger, clock, done, once }
}

test('work is done once, however many ask for it, and at whatever moment', async () => {
  const { once, done } = ledgerAt()
  const first = await Promise.all([once('a'), once('a'), once('a')])
  expect(first).toEqual([
    { result: 'a', again: false },
    { result: 'a', again: true },
    { result: 'a', again: true },
  ])
  expect(await once('a')).toEqual({ result: 'a', again: true })
  expect(done).toEqual(['a'])
})

test('work that fails fails for all who wait, and is done anew for the next', async () => {
  const { ledger, once, done } = ledgerAt()
  const failing = () => ledger.once('a', LATER, () => Promise.reject(new Error('no')))
  const results = await Promise.allSettled([failing(), failing()])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await once('a')).toEqual({ result: 'a', again: false })
  expect(done).toEqual(['a'])
})

test('an id is kept until its time is over, and makes room when another comes', async () => {
  const { clock, once, done } = ledgerAt()
  await once('a')
  clock.time = LATER - 1
  await once('b')
  await once('a')
  expect(done).toEqual(['a', 'b'])
  clock.time = LATER
  await once('c')
  await once('a')
  expect(done).toEqual(['a', 'b', 'c', 'a'])
})

test('where there are too many, the oldest are forgotten first', async () => {
  const { once, done } = ledgerAt({ maxEntries: 2, maxCharacters: 100 })
  await once('a')
  await once('b')
  await once('a')
  await once('c')
  await once('b')
  await once('a')
  expect(done).toEqual(['a', 'b', 'c', 'a'])
})

test('results are bounded in all, not only each', async () => {
  const { once, done } = ledgerAt({ maxEntries: 100, maxCharacters: 10 })
  await once('a', 'x'.repeat(5))
  await once('b', 'x'.repeat(5))
  await once('a')
  expect(done).toEqual(['a', 'b'])
  await once('c', 'x')
  await once('a')
  expect(done).toEqual(['a', 'b', 'c', 'a'])
})

test('what is under way is never forgotten', async () => {
  const { ledger, once, done } = ledgerAt({ maxEntries: 1, maxCharacters: 100 })
  let finish = (_: string): void => undefined
  const slow = ledger.once('slow', LATER, () => new Promise((resolve) => (finish = resolve)))
  await once('a')
  await once('b')
  const again = once('slow')
  finish('at last')
  expect(await slow).toEqual({ result: 'at last', again: false })
  expect(await again).toEqual({ result: 'at last', again: true })
  expect(done).toEqual(['a', 'b'])
})
