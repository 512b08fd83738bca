import { randomBytes, randomInt } from 'node:crypto'
import type { Content } from './expected-objects.ts'

export const BUCKET = 'durable'

const MAX_SIZE = 2 * 1024 * 1024
const POOL = randomBytes(2 * MAX_SIZE)

/**
 * Small ones, so that a commit is always under way when the store is killed; and all sorts, inline and in blobs, at the
 * edges between them and between blocks, so that files are.
 */
export const SIZES = {
  small: [0, 1, 100, 1000, 10_240],
  mixed: [0, 10_240, 65_536, 65_537, 100_000, 262_144, 262_145, 1_000_000, MAX_SIZE],
} as const satisfies Record<string, readonly number[]>

/** An object that no other object begins like. */
export function newContent(sizes: readonly number[]): Content {
  return { offset: randomInt(MAX_SIZE), size: sizes[randomInt(sizes.length)] ?? 0 }
}

export function bytesOf({ offset, size }: Content): Buffer {
  return POOL.subarray(offset, offset + size)
}
