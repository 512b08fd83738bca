import type { FileHandle } from 'node:fs/promises'
import { BLOCK_BYTES, type Block, giveBack, takeBlock } from './blocks.ts'
import { digestOf, openDigest, type StreamDigest } from './digest.ts'
import type { Digest } from './records.ts'

/** Blocks of one upload that may be on their way to the disk and the digest, beside the one that is being filled. */
const MAX_IN_FLIGHT = 4

/**
 * The disk is asked to write this often, so that it works while the network does, and so that the last wait is short
 * however large the file is.
 */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024

/** Writes chunks to a file and digests them, with a handful of blocks in memory at most. */
export interface FileWriter {
  write(chunk: Uint8Array): Promise<void>
  /** Resolves when all is written; it is durable only after a sync. */
  end(): Promise<Digest>
  /** Waits for what is under way, after an error. */
  abandon(): Promise<void>
}

export function fileWriter(handle: FileHandle): FileWriter {
  const inFlight = new Set<Promise<void>>()
  let digest: StreamDigest | undefined
  let block: Block | undefined
  let filled = 0
  let position = 0
  let unsynced = 0
  let failure: { readonly error: unknown } | undefined

  async function write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      block ??= takeBlock()
      const piece = chunk.subarray(at, at + BLOCK_BYTES - filled)
      block.set(piece, filled)
      filled += piece.length
      at += piece.length
      if (filled === BLOCK_BYTES) await flush(block)
    }
  }

  /** Sends the block on its way, and waits until another may be filled. */
  async function flush(full: Block): Promise<void> {
    digest ??= await openDigest()
    const bytes = full.subarray(0, filled)
    launch(Promise.all([writeAll(handle, bytes, position), digest.update(bytes)]).then(() => giveBack(full)))
    position += filled
    unsynced += filled
    block = undefined
    filled = 0
    if (unsynced >= SYNC_EVERY_BYTES && !syncing) syncBehind()
    while (inFlight.size > MAX_IN_FLIGHT) await Promise.race(inFlight)
    if (failure !== undefined) throw failure.error
  }

  function syncBehind(): void {
    unsynced = 0
    syncing = true
    launch(
      handle.datasync().finally(() => {
        syncing = false
      }),
    )
  }

  function launch(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => inFlight.delete(settled))
    inFlight.add(settled)
  }

  async function settle(): Promise<void> {
    await Promise.all(inFlight)
  }

  async function end(): Promise<Digest> {
    if (digest === undefined) return await endInOneBlock(block?.subarray(0, filled) ?? new Uint8Array())
    if (block !== undefined) await flush(block)
    await settle()
    if (failure !== undefined) throw failure.error
    return await digest.digest()
  }

  async function endInOneBlock(bytes: Uint8Array): Promise<Digest> {
    await writeAll(handle, bytes, 0)
    const whole = await digestOf(bytes)
    if (block !== undefined) giveBack(block)
    return whole
  }

  async function abandon(): Promise<void> {
    await settle()
    digest?.abandon()
  }

  return { write, end, abandon }
}

/** One sync behind the writers at a time: each holds one of the four threads that all file work shares. */
let syncing = false

export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at)
    at += bytesWritten // a nearly full disk takes only a part
  }
}
