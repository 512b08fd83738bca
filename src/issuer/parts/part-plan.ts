import { MAX_PARTS } from '../../base/limits.ts'

const MIB = 1024 * 1024
/** Ours: small enough to be sent again. */
const USUAL_PART_BYTES = 8 * MIB
/** S3 asks for it of every part but the last. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * MIB
/** Ours: what is lost with a connection. */
const MAX_WISHED_BYTES = 256 * MIB

/** Into how many parts a file is cut. */
export interface PartPlan {
  /** Bytes of every part but the last. */
  readonly partSize: number
  readonly count: number
}

/**
 * Whole MiB, and no more than 10,000 parts: they are larger than anybody wishes where the file is so large.
 *
 * @param wish bytes of a part, as whoever sends them would like it; the nearest that is allowed is taken, the next MiB upwards
 */
export function planParts(size: number, wish = USUAL_PART_BYTES): PartPlan {
  const wished = Math.min(Math.max(wholeMib(wish), MIN_PART_BYTES), MAX_WISHED_BYTES)
  return cutInto(size, Math.max(wished, wholeMib(size / MAX_PARTS)))
}

/** The plan of a file whose parts have this size already. */
export function cutInto(size: number, partSize: number): PartPlan {
  return { partSize, count: Math.max(1, Math.ceil(size / partSize)) } // an empty file is one empty part
}

function wholeMib(bytes: number): number {
  return Math.ceil(bytes / MIB) * MIB
}

/** Bytes of one part, from 1 on. */
export function partBytes({ partSize, count }: PartPlan, size: number, number: number): number {
  return number < count ? partSize : size - partSize * (count - 1)
}
