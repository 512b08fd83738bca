import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PosternError } from '../../base/request-errors.ts'
import { blobHolds, endingWith } from './blob-holds.ts'
import { digestOf } from './digest.ts'
import { diskError } from './disk-error.ts'
import { fileWriter, writeAll } from './file-writer.ts'
import { makeFolder, syncPath } from './folders.ts'
import { type ByteRange, readSlices, slicesOf } from './read-blob.ts'
import type { Content, Digest } from './records.ts'
import { demandRoom, type Room } from './room.ts'

export type { ByteRange } from './read-blob.ts'

/** The content of an object that can be appended to. */
export type GrowingContent = Extract<Content, { kind: 'blob' }> & { readonly grows: true }

interface StageOptions {
  /** Whether few bytes are handed back instead of being written to a file: yes, unless told otherwise. */
  readonly mayBeInline?: boolean
  /** A source with more bytes than this is refused, and nothing of it stays. */
  readonly maxBytes?: number
  /** What to throw then; `size` is what had come by then. */
  readonly tooLarge?: (size: number) => Error
}

/** Bytes that are here but that no record names: publish them, or discard them. */
interface Staged {
  readonly digest: Digest
  /** Gives the bytes a name that a power cut cannot take. A record must name them before the next start, which sweeps. */
  publish(): Promise<Content>
  discard(): Promise<void>
}

/** A file of the blobs' folders. */
interface BlobFile {
  readonly name: string
  readonly path: string
  /** Whether it was being written, and never published. */
  readonly staged: boolean
}

/** The bytes of objects. Small ones are handed back, to be kept inline in the catalog; the others become files. */
export interface Blobs {
  stage(source: AsyncIterable<Uint8Array>, options?: StageOptions): Promise<Staged>
  /**
   * Streams the bytes, once. From the call on, a `remove` does not disturb it: whoever calls reads to the end, or ends
   * the iterator by its `return`.
   */
  open(content: Content, range?: ByteRange): AsyncIterable<Uint8Array>
  /**
   * Writes more bytes behind those of a file that grows, and makes them durable. Until a record has the new size they
   * count for nothing, and the next growth writes over them. One growth of a file at a time; a `remove` waits for its end.
   */
  grow(content: GrowingContent, addition: AsyncIterable<Uint8Array>): Promise<GrowingContent>
  /** Gives back the room of a growth that no record came to know. */
  trim(content: GrowingContent): Promise<void>
  /** To be called when no record names the blob any more, and that is durable. Whoever reads it reads on. */
  remove(name: string): Promise<void>
  /** How long a blob's file is. */
  sizeOnDisk(name: string): Promise<number>
  /** Every file of ours: blobs, and what an earlier run staged. */
  files(): AsyncIterable<BlobFile>
  /** Moves a file out of our sight, to a folder of its own below `dir`; gives where it is now. */
  setAside(file: BlobFile): Promise<string>
  /** Removes what earlier runs left: staged files, and blobs that no record names. May run beside uploads. */
  sweep(isKnown: (name: string) => boolean): Promise<{ readonly removed: number }>
}

/** Objects up to this size are kept inline: for them, the two syncs of a file cost more than their bytes in the catalog. */
export const MAX_INLINE_BYTES = 64 * 1024

const RUN_BYTES = 6
const BLOB_BYTES = 12
const NAME = /^[0-9a-f]{36}$/
const FOLDER = /^[0-9a-f]{2}$/

/**
 * Opens the blobs in `dir`, which must be this process's alone: the catalog's lock sees to that.
 *
 * @param room while it is short, nothing is staged
 */
export async function openBlobs(dir: string, room?: Room): Promise<Blobs> {
  const staging = join(dir, 'staging')
  const published = join(dir, 'blobs')
  for (const folder of [staging, published]) {
    await makeFolder(folder)
    await access(folder, constants.W_OK | constants.X_OK) // known now, and not at the first upload
  }
  const folders = new Map<string, Promise<void>>()
  const holds = blobHolds((name) => rm(pathOf(name), { force: true }))
  const run = randomBytes(RUN_BYTES).toString('hex') // in front of all names of this run, which a sweep leaves alone

  function pathOf(name: string): string {
    return join(published, name.slice(-2), name)
  }

  async function stage(source: AsyncIterable<Uint8Array>, options: StageOptions = {}): Promise<Staged> {
    if (room?.isShort) await demandRoom(room).catch((error: unknown) => endUnread(source, error))
    const chunks = atMost(source, options)
    try {
      const head = await readHead(chunks)
      const inline = head.whole && options.mayBeInline !== false
      return inline ? await stageInline(head.bytes) : await stageFile(head.bytes, chunks)
    } finally {
      await chunks.return(undefined)
    }
  }

  async function stageFile(head: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<Staged> {
    const name = run + randomBytes(BLOB_BYTES).toString('hex')
    const path = join(staging, name)
    const discard = (): Promise<void> => rm(path, { force: true })
    try {
      const digest = await writeFile(path, head, rest)
      return { digest, publish: () => publish(path, name, digest.size), discard }
    } catch (error) {
      await discard()
      throw diskError(error)
    }
  }

  /** Bytes, then name, then the folder that holds the name. */
  async function publish(staged: string, name: string, size: number): Promise<Content> {
    const final = pathOf(name)
    try {
      await syncPath(staged)
      await readyFolder(dirname(final))
      await rename(staged, final)
      await syncPath(dirname(final))
    } catch (error) {
      await rm(final, { force: true })
      throw diskError(error)
    }
    return { kind: 'blob', name, size }
  }

  /** Made, and its own name durable, once a run. */
  async function readyFolder(folder: string): Promise<void> {
    const ready = folders.get(folder) ?? makeFolder(folder)
    folders.set(folder, ready)
    try {
      await ready
    } catch (error) {
      folders.delete(folder)
      throw error
    }
  }

  async function* files(): AsyncGenerator<BlobFile, void> {
    for (const name of await namesIn(staging)) yield { name, path: join(staging, name), staged: true }
    for (const folder of await readdir(published)) {
      if (!FOLDER.test(folder)) continue
      for (const name of await namesIn(join(published, folder)))
        yield { name, path: join(published, folder, name), staged: false }
    }
  }

  return {
    stage,
    open(content, range) {
      if (content.kind === 'inline') return once(inlineRange(content.bytes, range))
      const pieces = content.kind === 'blob' ? [content] : content.pieces
      const slices = slicesOf(pieces, range)
      const release = holds.hold(slices.map(({ name }) => name))
      return endingWith(readSlices(slices, pathOf), release)
    },
    async grow(content, addition) {
      const { name, size } = content
      try {
        if (room?.isShort) await demandRoom(room)
        const added = await writeBehind(pathOf(name), size, addition)
        return { ...content, size: size + added }
      } catch (error) {
        return await endUnread(addition, diskError(error))
      }
    },
    trim: ({ name, size }) => truncate(pathOf(name), size),
    remove: (name) => holds.remove(name),
    sizeOnDisk: async (name) => (await stat(pathOf(name))).size,
    files,
    async setAside({ name, path }) {
      const aside = join(dir, 'orphans')
      await makeFolder(aside)
      await rename(path, join(aside, name))
      await syncPath(aside)
      await syncPath(dirname(path))
      return join(aside, name)
    },
    async sweep(isKnown) {
      let removed = 0
      for await (const { name, path, staged } of files()) {
        if (name.startsWith(run) || (!staged && isKnown(name))) continue
        await rm(path, { force: true })
        removed += 1
      }
      return { removed }
    },
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name))
}

async function* atMost(
  source: AsyncIterable<Uint8Array>,
  options: StageOptions,
): AsyncGenerator<Uint8Array, undefined> {
  const { maxBytes = Number.POSITIVE_INFINITY } = options
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > maxBytes) throw options.tooLarge?.(size) ?? tooLarge(maxBytes)
    yield chunk
  }
}

function tooLarge(maxBytes: number): PosternError {
  return new PosternError('body-too-large', `At most ${maxBytes} bytes may be sent here.`)
}

/** Reads until it is clear whether all fits inline. */
async function readHead(
  chunks: AsyncGenerator<Uint8Array, undefined>,
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  let parts: Uint8Array[] = []
  let size = 0
  while (size <= MAX_INLINE_BYTES) {
    const step = await chunks.next()
    if (step.done) return { bytes: joined(parts), whole: true }
    parts.push(step.value)
    size += step.value.length
    if (parts.length > MAX_PARTS) parts = [joined(parts)]
  }
  return { bytes: joined(parts), whole: false }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
}

/** A sender of single bytes must not make us keep an object for each. */
const MAX_PARTS = 64

async function stageInline(bytes: Uint8Array): Promise<Staged> {
  const digest = await digestOf(bytes)
  return { digest, publish: async () => ({ kind: 'inline', bytes }), discard: async () => {} }
}

/** Ends what may not have been begun: it may hold blobs, and nobody else lets go of them. */
async function endUnread(source: AsyncIterable<Uint8Array>, error: unknown): Promise<never> {
  await source[Symbol.asyncIterator]().return?.()
  throw error
}

/** Whatever lies behind `size` is what an earlier growth left when it was cut off. */
async function writeBehind(path: string, size: number, addition: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(path, 'r+')
  try {
    await handle.truncate(size)
    let added = 0
    for await (const chunk of addition) {
      await writeAll(handle, chunk, size + added)
      added += chunk.length
    }
    await handle.sync()
    return added
  } catch (error) {
    await handle.truncate(size) // what was written takes room from others
    throw error
  } finally {
    await handle.close()
  }
}

async function writeFile(path: string, head: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<Digest> {
  const handle = await open(path, 'wx', 0o600)
  const writer = fileWriter(handle)
  try {
    await writer.write(head)
    for await (const chunk of rest) await writer.write(chunk)
    return await writer.end()
  } catch (error) {
    await writer.abandon()
    throw error
  } finally {
    await handle.close()
  }
}

function inlineRange(bytes: Uint8Array, range: ByteRange | undefined): Uint8Array {
  return range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  if (bytes.length > 0) yield bytes
}
