import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { createCrc64 } from './crc64.ts'

function crc64(...pieces: readonly Uint8Array[]): string {
  const crc = createCrc64()
  for (const piece of pieces) crc.update(piece)
  return crc.digest()
}

const published: { what: string; bytes: Uint8Array; sum: string }[] = [
  { what: 'nothing', bytes: new Uint8Array(), sum: '0' },
  { what: '123456789, the check value of the catalogue', bytes: utf8('123456789'), sum: '11051210869376104954' },
]

test.each(published)('the CRC-64 of $what is $sum', ({ bytes, sum }) => {
  expect(crc64(bytes)).toBe(sum)
})

test('it is what hash-wasm says of any bytes, however they are cut and wherever they lie', async () => {
  const reference = await createCRC64('c96c5795d7870f42')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(8), (bytes, cut, shift) => {
      const moved = new Uint8Array([...new Uint8Array(shift), ...bytes]).subarray(shift)
      const expected = BigInt(`0x${reference.init().update(bytes).digest('hex')}`).toString()
      expect(crc64(bytes)).toBe(expected)
      expect(crc64(moved.subarray(0, cut), moved.subarray(cut))).toBe(expected)
    }),
  )
})
