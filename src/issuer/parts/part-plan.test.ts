import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_OBJECT_BYTES, MAX_PARTS, MAX_UPLOAD_BYTES } from '../../base/limits.ts'
import { partBytes, planParts } from './part-plan.ts'

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

test('the parts of any file are as many and as large as every storage takes, and are the file', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_UPLOAD_BYTES }), (size) => {
      const plan = planParts(size)
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
