import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PosternError } from '../base/errors.ts'
import { createDigest, digestOf } from './digest.ts'
import { makeFolder, syncPath } from './folders.ts'
import type { Content, Digest } from './records.ts'

export interface StageOptions {
  /** A source with more bytes than this is refused, and nothing of it stays. */
  readonly maxBytes?: number
  /** What to throw then; `size` is what had come by then. */
  readonly tooLarge?: (size: number) => Error
}

/** Bytes that are here but that no record names: publish them, or discard them. */
export interface Staged {
  readonly digest: Digest
  /** Makes the bytes durable under a name. */
  publish(): Promise<Content>
  discard(): Promise<void>
}

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/** The bytes of objects. Small ones are handed back, to be kept inline in the catalog; the others become files. */
export interface Blobs {
  stage(source: AsyncIterable<Uint8Array>, options?: StageOptions): Promise<Staged>
  open(content: Content, range?: ByteRange): AsyncIterable<Uint8Array>
  remove(content: Content): Promise<void>
  /** Removes what earlier runs left: staged files, and blobs that no record names. */
  sweep(isKnown: (name: string) => boolean): Promise<{ readonly removed: number }>
}

/** Objects up to this size are kept inline. */
export const MAX_INLINE_BYTES = 64 * 1024

export async function openBlobs(dir: string): Promise<Blobs> {
  const staging = join(dir, 'staging')
  const blobs = join(dir, 'blobs')
  await makeFolder(staging)
  for (let at = 0; at < 256; at++) await makeFolder(join(blobs, at.toString(16).padStart(2, '0')))
  const run = randomBytes(6).toString('hex')
  const pathOf = (name: string): string => join(blobs, name.slice(-2), name)

  async function stageFile(
    head: readonly Uint8Array[],
    rest: AsyncIterator<Uint8Array>,
    guard: (size: number) => void,
  ): Promise<Staged> {
    const name = run + randomBytes(12).toString('hex')
    const path = join(staging, name)
    const handle = await open(path, 'wx', 0o600)
    try {
      const digester = await createDigest()
      let size = 0
      const write = async (chunk: Uint8Array): Promise<void> => {
        guard((size += chunk.length))
        digester.update(chunk)
        await handle.writeFile(chunk)
      }
      for (const chunk of head) await write(chunk)
      for (let step = await rest.next(); !step.done; step = await rest.next()) await write(step.value)
      await handle.close()
      const digest = digester.digest()
      return {
        digest,
        async publish() {
          await syncPath(path)
          await rename(path, pathOf(name))
          await syncPath(dirname(pathOf(name)))
          return { kind: 'blob', name, size: digest.size }
        },
        discard: () => rm(path, { force: true }),
      }
    } catch (error) {
      await handle.close()
      await rm(path, { force: true })
      throw error
    }
  }

  return {
    async stage(source, options = {}) {
      const { maxBytes = Number.POSITIVE_INFINITY } = options
      const guard = (size: number): void => {
        if (size <= maxBytes) return
        throw (
          options.tooLarge?.(size) ?? new PosternError('body-too-large', `At most ${maxBytes} bytes are allowed here.`)
        )
      }
      const iterator = source[Symbol.asyncIterator]()
      try {
        const head: Uint8Array[] = []
        let size = 0
        for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
          head.push(step.value)
          guard((size += step.value.length))
          if (size > MAX_INLINE_BYTES) return await stageFile(head, iterator, guard)
        }
        const bytes = Buffer.concat(head)
        return {
          digest: await digestOf(bytes),
          publish: async () => ({ kind: 'inline', bytes }),
          discard: async () => {},
        }
      } catch (error) {
        await iterator.return?.()
        throw error
      }
    },
    async *open(content, range) {
      if (content.kind === 'inline') {
        yield range === undefined ? content.bytes : content.bytes.subarray(range.start, range.end + 1)
        return
      }
      yield* createReadStream(pathOf(content.name), { ...range, highWaterMark: 256 * 1024 })
    },
    async remove(content) {
      if (content.kind === 'blob') await rm(pathOf(content.name), { force: true })
    },
    async sweep(isKnown) {
      let removed = 0
      for (const name of await readdir(staging)) {
        if (name.startsWith(run)) continue
        await rm(join(staging, name), { force: true })
        removed++
      }
      for (const folder of await readdir(blobs)) {
        for (const name of await readdir(join(blobs, folder))) {
          if (name.startsWith(run) || isKnown(name)) continue
          await rm(join(blobs, folder, name), { force: true })
          removed++
        }
      }
      return { removed }
    },
  }
}
