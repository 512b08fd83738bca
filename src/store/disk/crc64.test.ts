import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combineCrc64 } from './crc64.ts'
import { digestOf } from './digest.ts'

test('the CRC-64 of two texts combined is that of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ maxLength: 5000 }), async (one, other) => {
      const [first, second] = [await digestOf(one), await digestOf(other)]
      const whole = await digestOf(Buffer.concat([one, other]))
      expect(combineCrc64(first.crc64, second.crc64, other.length)).toBe(whole.crc64)
    }),
  )
})

test.each([
  { first: '', second: '123456789' },
  { first: '1234', second: '56789' },
  { first: '123456789', second: '' },
])('"$first" and "$second" have the published CRC-64 of "123456789"', async ({ first, second }) => {
  const [one, other] = [await digestOf(Buffer.from(first)), await digestOf(Buffer.from(second))]
  expect(combineCrc64(one.crc64, other.crc64, second.length)).toBe('11051210869376104954')
})

test('parts of gigabytes combine', async () => {
  const zeros = Buffer.alloc(1024)
  const { crc64 } = await digestOf(zeros)
  let doubled = { crc64, bytes: zeros.length }
  for (let times = 0; times < 25; times++)
    doubled = { crc64: combineCrc64(doubled.crc64, doubled.crc64, doubled.bytes), bytes: 2 * doubled.bytes }
  const { crc64: one } = await digestOf(Buffer.of(1))
  const oneThenZeros = combineCrc64(one, doubled.crc64, doubled.bytes)
  const byHalves = combineCrc64(
    combineCrc64(one, halved(doubled.bytes), doubled.bytes / 2),
    halved(doubled.bytes),
    doubled.bytes / 2,
  )
  expect(oneThenZeros).toBe(byHalves)

  function halved(bytes: number): string {
    let half = { crc64, bytes: zeros.length }
    while (half.bytes < bytes / 2)
      half = { crc64: combineCrc64(half.crc64, half.crc64, half.bytes), bytes: 2 * half.bytes }
    return half.crc64
  }
})
