/** A CRC-64/XZ as it grows: the lower and the upper 32 bits, which JavaScript counts faster than one `BigInt`. */
export interface Crc64 {
  /** Takes the next bytes. */
  readonly update: (bytes: Uint8Array) => void
  /** The sum of all bytes so far, as a decimal number, as OSS writes it. */
  readonly digest: () => string
}

/**
 * CRC-64/XZ, which OSS calls CRC-64/ECMA-182: in JavaScript, because a page that may compile WebAssembly needs
 * `wasm-unsafe-eval` in its Content-Security-Policy. Eight bytes a step, by eight tables.
 *
 * @see https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-xz
 * @see https://www.intel.com/content/dam/www/public/us/en/documents/white-papers/fast-crc-computation-paper.pdf slicing by 8
 */
export function createCrc64(): Crc64 {
  const { low, high } = tables()
  let crcLow = -1
  let crcHigh = -1

  function update(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const eights = bytes.length - (bytes.length % 8)
    let [l, h] = [crcLow, crcHigh] // in registers
    for (let at = 0; at < eights; at += 8) {
      l ^= view.getInt32(at, true)
      h ^= view.getInt32(at + 4, true)
      const i7 = 0x700 | (l & 0xff)
      const i6 = 0x600 | ((l >>> 8) & 0xff)
      const i5 = 0x500 | ((l >>> 16) & 0xff)
      const i4 = 0x400 | (l >>> 24)
      const i3 = 0x300 | (h & 0xff)
      const i2 = 0x200 | ((h >>> 8) & 0xff)
      const i1 = 0x100 | ((h >>> 16) & 0xff)
      const i0 = h >>> 24
      l = at32(low, i7) ^ at32(low, i6) ^ at32(low, i5) ^ at32(low, i4) ^ at32(low, i3) ^ at32(low, i2) ^ at32(low, i1) ^ at32(low, i0) // biome-ignore format: as one sum
      h = at32(high, i7) ^ at32(high, i6) ^ at32(high, i5) ^ at32(high, i4) ^ at32(high, i3) ^ at32(high, i2) ^ at32(high, i1) ^ at32(high, i0) // biome-ignore format: as one sum
    }
    for (let at = eights; at < bytes.length; at++) {
      const index = (l ^ view.getUint8(at)) & 0xff
      l = ((l >>> 8) | (h << 24)) ^ at32(low, index)
      h = (h >>> 8) ^ at32(high, index)
    }
    crcLow = l
    crcHigh = h
  }

  const digest = () => String((BigInt(~crcHigh >>> 0) << 32n) | BigInt(~crcLow >>> 0))
  return { update, digest }
}

/** 0xC96C5795D7870F42: ECMA-182's polynomial, its bits in reverse order. */
const POLYNOMIAL_LOW = 0xd7870f42
const POLYNOMIAL_HIGH = 0xc96c5795

interface Tables {
  readonly low: Int32Array
  readonly high: Int32Array
}

let kept: Tables | undefined

/** Eight tables of 256, one behind the other: what a byte gives when 0 to 7 zeros follow it. Made when first wanted. */
function tables(): Tables {
  kept ??= createTables()
  return kept
}

function createTables(): Tables {
  const low = new Int32Array(8 * 256)
  const high = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let [l, h] = [byte, 0]
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (l & 1) === 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (!isOdd) continue
      l ^= POLYNOMIAL_LOW
      h ^= POLYNOMIAL_HIGH
    }
    low[byte] = l
    high[byte] = h
  }
  for (let index = 256; index < 8 * 256; index++) {
    const [l, h] = [at32(low, index - 256), at32(high, index - 256)]
    low[index] = ((l >>> 8) | (h << 24)) ^ at32(low, l & 0xff)
    high[index] = (h >>> 8) ^ at32(high, l & 0xff)
  }
  return { low, high }
}

/** The index is always within: the compiler cannot know it. */
function at32(table: Int32Array, index: number): number {
  return table[index] ?? 0
}
