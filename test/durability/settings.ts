import { randomInt } from 'node:crypto'
import type { Slice } from './things.ts'

export const BUCKET = 'durable'
export const CREDENTIAL = { accessKeyId: 'durability', accessKeySecret: 'durability-secret' } as const
export const REGION = 'cn-hangzhou'

/** The least that a part may have which is not the last. */
export const MIN_PART_BYTES = 100 * 1024

/**
 * Small ones, so that a commit is always under way when the store is killed; and all sorts, inline and in files, at the
 * edges between them and between blocks, so that files are.
 */
export const SIZES = {
  small: [0, 1, 100, 1000, 10_240],
  mixed: [0, 10_240, 65_536, 65_537, 100_000, 262_144, 262_145],
} as const satisfies Record<string, readonly number[]>

export type Sizes = readonly number[]

/** Bytes that nothing else begins like. */
export function newSlice(sizes: Sizes): Slice {
  return { offset: randomInt(POOL_BYTES / 2), size: sizes[randomInt(sizes.length)] ?? 0 }
}

export const POOL_BYTES = 2 * 1024 * 1024
