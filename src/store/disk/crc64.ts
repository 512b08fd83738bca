/** CRC-64/XZ: ECMA-182's polynomial, reflected. docs/spec/object-api.md section 4. */
const POLYNOMIAL = 0xc96c5795d7870f42n
const ONE = 1n << 63n // reflected: x^0 is the highest bit
const BYTE = 1n << 55n // x^8

/**
 * The CRC-64 of two texts one after the other, from the CRC-64 of each and the length of the second: so parts that were
 * digested as they came are not read again.
 *
 * @param first an unsigned decimal, like `second`
 * @param secondBytes the length of the second text
 * @see https://github.com/madler/zlib/blob/develop/crc32.c for the same with 32 bits
 */
export function combineCrc64(first: string, second: string, secondBytes: number): string {
  return (multiply(powerOfBytes(secondBytes), BigInt(first)) ^ BigInt(second)).toString()
}

let last: { readonly bytes: number; readonly power: bigint } = { bytes: 0, power: ONE }

/** x^(8 · bytes) modulo the polynomial; the last is kept, because the parts of an upload have one length. */
function powerOfBytes(bytes: number): bigint {
  if (last.bytes !== bytes) last = { bytes, power: power(BYTE, bytes) }
  return last.power
}

function power(base: bigint, exponent: number): bigint {
  let result = ONE
  let square = base
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square)
    square = multiply(square, square)
  }
  return result
}

/** The product of two polynomials over GF(2), modulo ours. */
function multiply(one: bigint, other: bigint): bigint {
  let product = 0n
  let shifted = other
  for (let bit = ONE; bit > 0n; bit >>= 1n) {
    if ((one & bit) !== 0n) product ^= shifted
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ POLYNOMIAL
  }
  return product
}
