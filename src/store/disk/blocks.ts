/** How much of a file is written and digested at once: few system calls, and messages to the MD5 thread are cheap beside it. */
export const BLOCK_BYTES = 256 * 1024

/** Blocks kept for the next upload instead of being allocated again. */
const MAX_SPARE_BLOCKS = 32

export type Block = Uint8Array<SharedArrayBuffer>

const spare: Block[] = []

/** A block to fill; what is in it is somebody else's and must be overwritten before it is read. */
export function takeBlock(): Block {
  return spare.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES))
}

export function giveBack(block: Block): void {
  if (spare.length < MAX_SPARE_BLOCKS) spare.push(block)
}
