import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

const never = new AbortController().signal

test('whoever came first to the uploader enters first, not whoever came first to this queue', async () => {
  const slots = createSlots(1)
  const entered: number[] = []
  const leave = await slots.enter(9, never)
  const others = [3, 1, 2].map(async (rank) => {
    const leaveAgain = await slots.enter(rank, never)
    entered.push(rank)
    leaveAgain()
  })
  leave()
  await Promise.all(others)
  expect(entered).toEqual([1, 2, 3])
})

test('who gives up the wait leaves the queue, and nobody else does', async () => {
  const slots = createSlots(1)
  const leave = await slots.enter(1, never)
  const impatient = new AbortController()
  const second = slots.enter(2, impatient.signal)
  const third = slots.enter(3, never)
  impatient.abort()
  await expect(second).rejects.toMatchObject({ code: 'upload-aborted' })
  leave()
  await expect(third).resolves.toBeTypeOf('function')
})

test('who had given up before takes no place', async () => {
  const slots = createSlots(1)
  await expect(slots.enter(1, AbortSignal.abort())).rejects.toMatchObject({ code: 'upload-aborted' })
  await expect(slots.enter(2, never)).resolves.toBeTypeOf('function')
})

test('giving up after one has entered changes nothing', async () => {
  const slots = createSlots(1)
  const stop = new AbortController()
  const leave = await slots.enter(1, stop.signal)
  stop.abort()
  const next = slots.enter(2, never)
  leave()
  await expect(next).resolves.toBeTypeOf('function')
})

test('however they come, go and give up, there are never more inside than places, and no place is lost', async () => {
  const steps = fc.array(
    fc.record({ kind: fc.constantFrom('enter', 'leave', 'give up'), rank: fc.nat(9), which: fc.nat(20) }),
    { maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (count, plan) => {
      const slots = createSlots(count)
      const inside: (() => void)[] = []
      const waiting: AbortController[] = []
      for (const { kind, rank, which } of plan) {
        if (kind === 'enter') {
          const stop = new AbortController()
          waiting.push(stop)
          slots.enter(rank, stop.signal).then(
            (leave) => {
              waiting.splice(waiting.indexOf(stop), 1)
              inside.push(leave)
            },
            () => waiting.splice(waiting.indexOf(stop), 1),
          )
        } else if (kind === 'leave') inside.splice(which % Math.max(1, inside.length), 1)[0]?.()
        else waiting[which % Math.max(1, waiting.length)]?.abort()
        await new Promise((resolve) => setImmediate(resolve))
        expect(inside.length).toBeLessThanOrEqual(count)
        if (waiting.length > 0) expect(inside.length).toBe(count)
      }
    }),
    { numRuns: 50 },
  )
})
