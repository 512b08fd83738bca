import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_OBJECT_BYTES, MAX_PARTS, MAX_UPLOAD_BYTES } from '../../base/limits.ts'
import { cutInto, partBytes, planParts } from './part-plan.ts'

const MIB = 1024 * 1024

test.each([
  { size: 0, partSize: 8 * MIB, count: 1 },
  { size: 1, partSize: 8 * MIB, count: 1 },
  { size: 8 * MIB, partSize: 8 * MIB, count: 1 },
  { size: 8 * MIB + 1, partSize: 8 * MIB, count: 2 },
  { size: 80_000 * MIB, partSize: 8 * MIB, count: 10_000 },
  { size: 80_000 * MIB + 1, partSize: 9 * MIB, count: 8889 },
  { size: MAX_UPLOAD_BYTES, partSize: MAX_OBJECT_BYTES, count: 10_000 },
])('$size bytes are cut into $count parts of $partSize', ({ size, partSize, count }) => {
  expect(planParts(size)).toEqual({ partSize, count })
})

const wishes: { size: number; wish: number; partSize: number; count: number }[] = [
  { size: 100 * MIB, wish: 10 * MIB, partSize: 10 * MIB, count: 10 },
  { size: 100 * MIB, wish: 5 * MIB, partSize: 5 * MIB, count: 20 },
  { size: 100 * MIB, wish: 5 * MIB - 1, partSize: 5 * MIB, count: 20 },
  { size: 100 * MIB, wish: 5 * MIB + 1, partSize: 6 * MIB, count: 17 },
  { size: 100 * MIB, wish: 7.5 * MIB + 0.5, partSize: 8 * MIB, count: 13 },
  { size: 100 * MIB, wish: 0, partSize: 5 * MIB, count: 20 },
  { size: 100 * MIB, wish: -1e300, partSize: 5 * MIB, count: 20 },
  { size: 300 * MIB, wish: 256 * MIB, partSize: 256 * MIB, count: 2 },
  { size: 300 * MIB, wish: 256 * MIB + 1, partSize: 256 * MIB, count: 2 },
  { size: 300 * MIB, wish: Number.POSITIVE_INFINITY, partSize: 256 * MIB, count: 2 },
  { size: 10 * MIB, wish: 100 * MIB, partSize: 100 * MIB, count: 1 },
  { size: 50_000 * MIB, wish: 5 * MIB, partSize: 5 * MIB, count: 10_000 },
  { size: 50_000 * MIB + 1, wish: 5 * MIB, partSize: 6 * MIB, count: 8334 },
  { size: 2_560_000 * MIB, wish: 256 * MIB, partSize: 256 * MIB, count: 10_000 },
  { size: 2_560_000 * MIB + 1, wish: 5 * MIB, partSize: 257 * MIB, count: 9962 },
]

test.each(wishes)('of $size bytes, parts of $wish are wished for and $partSize given', ({ size, wish, ...plan }) => {
  expect(planParts(size, wish)).toEqual(plan)
})

test('the parts of any file, whatever is wished, are as many and as large as every storage takes, and are the file', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_UPLOAD_BYTES }), fc.option(fc.double({ noNaN: true })), (size, wish) => {
      const plan = planParts(size, wish ?? undefined)
      expect(plan).toEqual(cutInto(size, plan.partSize))
      expect(plan.partSize % MIB).toBe(0)
      const last = partBytes(plan, size, plan.count)
      expect(plan.count).toBeLessThanOrEqual(MAX_PARTS)
      expect(plan.partSize).toBeGreaterThanOrEqual(5 * MIB)
      expect(plan.partSize).toBeLessThanOrEqual(MAX_OBJECT_BYTES)
      expect(last).toBeGreaterThan(size === 0 ? -1 : 0)
      expect(last).toBeLessThanOrEqual(plan.partSize)
      expect(partBytes(plan, size, 1) * (plan.count - 1) + last).toBe(size)
    }),
  )
})
