import { randomBytes, randomInt } from 'node:crypto'
import type { Content } from './expected-objects.ts'

export const BUCKET = 'durable'

const MAX_SIZE = 2 * 1024 * 1024
const POOL = randomBytes(2 * MAX_SIZE)

/** Inline and in blobs, at the edges between them and between blocks, mostly small. */
const SIZES = [0, 1, 100, 10_240, 10_240, 10_240, 65_536, 65_537, 100_000, 262_144, 262_145, 1_000_000, MAX_SIZE]

/** An object that no other object begins like. */
export function newContent(): Content {
  return { offset: randomInt(MAX_SIZE), size: SIZES[randomInt(SIZES.length)] ?? 0 }
}

export function bytesOf({ offset, size }: Content): Buffer {
  return POOL.subarray(offset, offset + size)
}
