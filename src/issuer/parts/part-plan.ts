import { MAX_PARTS } from '../../base/limits.ts'

const MIB = 1024 * 1024
/** Ours: over the 5 MiB that S3 asks of every part but the last, and small enough to be sent again. */
const USUAL_PART_BYTES = 8 * MIB

/** Into how many parts a file is cut. */
export interface PartPlan {
  /** Bytes of every part but the last. */
  readonly partSize: number
  readonly count: number
}

/** The same for the same size, always: a token need not carry it. Whole MiB, and no more than 10,000 parts. */
export function planParts(size: number): PartPlan {
  const needed = Math.ceil(size / MAX_PARTS / MIB) * MIB
  const partSize = Math.max(USUAL_PART_BYTES, needed)
  return { partSize, count: Math.max(1, Math.ceil(size / partSize)) } // an empty file is one empty part
}

/** Bytes of one part, from 1 on. */
export function partBytes({ partSize, count }: PartPlan, size: number, number: number): number {
  return number < count ? partSize : size - partSize * (count - 1)
}
