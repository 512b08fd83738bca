/** A polynomial over GF(2) below x^64, reflected: x^0 is the highest bit. In two halves, because BigInts are slow. */
interface Polynomial {
  readonly high: number
  readonly low: number
}

/** CRC-64/XZ: ECMA-182's polynomial, reflected. docs/spec/object-api.md section 4. */
const POLYNOMIAL: Polynomial = { high: 0xc96c5795, low: 0xd7870f42 }
const ONE: Polynomial = { high: 0x8000_0000, low: 0 }
/** x^8, by which a byte behind a text multiplies its CRC. */
const BYTE: Polynomial = { high: 0x0080_0000, low: 0 }

/**
 * The CRC-64 of two texts one after the other, from the CRC-64 of each and the length of the second: so parts that were
 * digested as they came are not read again.
 *
 * @param first an unsigned decimal, like `second`
 * @param secondBytes the length of the second text
 * @see https://github.com/madler/zlib/blob/develop/crc32.c for the same with 32 bits
 */
export function combineCrc64(first: string, second: string, secondBytes: number): string {
  const { high, low } = multiply(parse(first), powerOfBytes(secondBytes))
  const other = parse(second)
  return encode({ high: high ^ other.high, low: low ^ other.low })
}

let last: { readonly bytes: number; readonly power: Polynomial } = { bytes: 0, power: ONE }

/** x^(8 · bytes) modulo the polynomial; the last is kept, because the parts of an upload have one length. */
function powerOfBytes(bytes: number): Polynomial {
  if (last.bytes !== bytes) last = { bytes, power: power(bytes) }
  return last.power
}

function power(bytes: number): Polynomial {
  let result = ONE
  let left = bytes
  for (let index = 0; left > 0; index++, left = Math.floor(left / 2))
    if (left % 2 === 1) result = multiply(result, square(index))
  return result
}

/** BYTE, its square, the square of that, …: made when asked for, and never again. */
const squares: Polynomial[] = []

function square(index: number): Polynomial {
  for (let at = squares.length; at <= index; at++) {
    const before = squares[at - 1]
    squares.push(before === undefined ? BYTE : multiply(before, before))
  }
  return squares[index] ?? ONE
}

/** The product of two polynomials over GF(2), modulo ours: 64 times, the other times x. */
function multiply(one: Polynomial, other: Polynomial): Polynomial {
  let [high, low] = [0, 0]
  let { high: shiftedHigh, low: shiftedLow } = other
  for (const half of [one.high, one.low]) {
    for (let bit = 31; bit >= 0; bit--) {
      const isSet = -((half >>> bit) & 1) // all ones, or zero: a branch would be guessed wrong half the time
      high ^= shiftedHigh & isSet
      low ^= shiftedLow & isSet
      const overflows = -(shiftedLow & 1)
      shiftedLow = ((shiftedLow >>> 1) | (shiftedHigh << 31)) ^ (POLYNOMIAL.low & overflows)
      shiftedHigh = (shiftedHigh >>> 1) ^ (POLYNOMIAL.high & overflows)
    }
  }
  return { high, low }
}

function parse(decimal: string): Polynomial {
  const value = BigInt(decimal)
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) }
}

function encode({ high, low }: Polynomial): string {
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString()
}
