import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPartWidth } from './part-width.ts'

const MIB = 1024 * 1024

/** Parts arrive as fast as a network of this speed for each width lets them; the widths that were tried. */
function widthsOn(speedOf: (width: number) => number, most: number, rounds = 30): number[] {
  const plan = createPartWidth(most)
  const widths = [plan.width]
  let at = 0
  for (let part = 0; part < rounds * 10; part++) {
    at += MIB / speedOf(plan.width)
    plan.arrived(MIB, at)
    if (plan.width !== widths.at(-1)) widths.push(plan.width)
  }
  return widths
}

test('three parts are sent at once at first, and fewer where no more are allowed', () => {
  expect(createPartWidth(6).width).toBe(3)
  expect(createPartWidth(2).width).toBe(2)
  expect(createPartWidth(1).width).toBe(1)
})

test('more are sent at once as long as that makes it faster', () => {
  expect(widthsOn((width) => width, 6)).toEqual([3, 4, 5, 6])
})

test('where more at once make nothing faster, it stays as it is', () => {
  expect(widthsOn(() => 1, 6).at(-1)).toBe(4)
  expect(widthsOn((width) => Math.min(width, 4), 8).at(-1)).toBeLessThanOrEqual(5)
})

test('where it becomes slower, fewer are sent at once', () => {
  const plan = createPartWidth(6)
  let at = 0
  const arrive = (parts: number, msEach: number) => {
    for (let part = 0; part < parts; part++) {
      at += msEach
      plan.arrived(MIB, at)
    }
  }
  arrive(4, 10)
  expect(plan.width).toBe(4)
  arrive(5, 100)
  expect(plan.width).toBe(3)
  arrive(100, 100)
  expect(plan.width).toBe(1)
})

test('after a loss half as many are sent at once, and at least one', () => {
  const plan = createPartWidth(6)
  let at = 0
  for (let part = 0; part < 100; part++) {
    at += 10 / plan.width
    plan.arrived(MIB, at)
  }
  expect(plan.width).toBe(6)
  const widths = [0, 1, 2, 3].map(() => {
    plan.lost()
    return plan.width
  })
  expect(widths).toEqual([3, 1, 1, 1])
})

test('whatever happens, it is a whole number from 1 to the most that is allowed', () => {
  const events = fc.array(fc.oneof(fc.constant('lost'), fc.record({ bytes: fc.nat(10 * MIB), ms: fc.nat(100_000) })))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), events, (most, plan) => {
      const width = createPartWidth(most)
      let at = 0
      for (const event of plan) {
        if (typeof event === 'string') width.lost()
        else {
          at += event.ms
          width.arrived(event.bytes, at)
        }
        expect(Number.isInteger(width.width)).toBe(true)
        expect(width.width).toBeGreaterThanOrEqual(1)
        expect(width.width).toBeLessThanOrEqual(most)
      }
    }),
  )
})
