import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Blobs, MAX_INLINE_BYTES, openBlobs } from './blobs.ts'
import { BLOCK_BYTES } from './blocks.ts'
import { digestOf } from './digest.ts'
import type { Content } from './records.ts'
import type { Room } from './room.ts'

let dir: string
let blobs: Blobs

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'postern-blobs-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  blobs = await openBlobs(dir)
})

test.each([
  { size: 0, kind: 'inline' },
  { size: 1, kind: 'inline' },
  { size: MAX_INLINE_BYTES, kind: 'inline' },
  { size: MAX_INLINE_BYTES + 1, kind: 'blob' },
  { size: BLOCK_BYTES, kind: 'blob' },
  { size: BLOCK_BYTES + 1, kind: 'blob' },
  { size: 20 * BLOCK_BYTES + 7, kind: 'blob' },
])('$size bytes become $kind and come back as they were', async ({ size, kind }) => {
  const bytes = randomBytes(size)
  const staged = await blobs.stage(chunksOf(bytes, 65_000))
  expect(staged.digest).toEqual(await digestOf(bytes))
  const content = await staged.publish()
  expect(content.kind).toBe(kind)
  expect((await collect(blobs.open(content))).equals(bytes)).toBe(true)
})

test.each([
  { size: 100, start: 0, end: 0 },
  { size: 100, start: 99, end: 99 },
  { size: 100, start: 10, end: 20 },
  { size: 700_000, start: 0, end: 699_999 },
  { size: 700_000, start: 262_143, end: 262_144 },
  { size: 700_000, start: 699_999, end: 699_999 },
])('of $size bytes, those from $start to $end can be read alone', async ({ size, start, end }) => {
  const bytes = randomBytes(size)
  const content = await (await blobs.stage(chunksOf(bytes, 65_000))).publish()
  const part = await collect(blobs.open(content, { start, end }))
  expect(part.equals(bytes.subarray(start, end + 1))).toBe(true)
})

test('a blob is a file of its owner alone, under a name that says nothing of the object', async () => {
  const content = await (await blobs.stage(chunksOf(randomBytes(100_000)))).publish()
  if (content.kind !== 'blob') throw new Error('not a blob')
  expect(content.name).toMatch(/^[0-9a-f]{36}$/)
  const file = await stat(join(dir, 'blobs', content.name.slice(-2), content.name))
  expect(file.mode & 0o777).toBe(0o600)
  expect((await stat(join(dir, 'blobs'))).mode & 0o777).toBe(0o700)
})

test('nothing stays of what is discarded, and nothing staged is under its final name', async () => {
  const staged = await blobs.stage(chunksOf(randomBytes(100_000)))
  expect(await files('blobs')).toEqual([])
  expect(await files('staging')).toHaveLength(1)
  await staged.discard()
  expect(await files()).toEqual([])
})

test('nothing stays of what could not be published, once it is discarded', async () => {
  const staged = await blobs.stage(chunksOf(randomBytes(100_000)))
  await rm(join(dir, 'blobs'), { recursive: true })
  await writeFile(join(dir, 'blobs'), 'in the way')
  await expect(staged.publish()).rejects.toThrow(/ENOTDIR/)
  await staged.discard()
  expect(await files()).toEqual(['blobs'])
})

test('a removed blob is gone; removing it again is no error', async () => {
  const { name } = await publishedBlob(randomBytes(100_000))
  await blobs.remove(name)
  await blobs.remove(name)
  expect(await files()).toEqual([])
})

test('a blob that is removed while it is read is read to its end', async () => {
  const bytes = randomBytes(1_000_000)
  const content = await publishedBlob(bytes)
  const received: Uint8Array[] = []
  for await (const chunk of blobs.open(content)) {
    if (received.length === 0) await blobs.remove(content.name)
    received.push(chunk)
  }
  expect(Buffer.concat(received).equals(bytes)).toBe(true)
  expect(await files()).toEqual([])
})

test('from its opening on a blob is there for its reader, who may also never read', async () => {
  const content = await publishedBlob(randomBytes(100_000))
  const [one, other] = [blobs.open(content), blobs.open(content)]
  await blobs.remove(content.name)
  expect((await collect(one)).length).toBe(100_000)
  expect(await files()).toHaveLength(1)
  await other[Symbol.asyncIterator]().return?.()
  expect(await files()).toEqual([])
})

test('any range of bytes in pieces is what it would be in one piece', async () => {
  const pieces = await Promise.all([7, 100_000, 0, 1, 70_000].map((size) => publishedBlob(randomBytes(size))))
  const whole = Buffer.concat(await Promise.all(pieces.map((piece) => collect(blobs.open(piece)))))
  const content = { kind: 'pieces', pieces } as const
  expect((await collect(blobs.open(content))).equals(whole)).toBe(true)
  const offset = fc.integer({ min: 0, max: whole.length - 1 })
  await fc.assert(
    fc.asyncProperty(offset, offset, async (one, other) => {
      const range = { start: Math.min(one, other), end: Math.max(one, other) }
      expect((await collect(blobs.open(content, range))).equals(whole.subarray(range.start, range.end + 1))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('a file grows behind its bytes; what a growth that was cut off left is written over', async () => {
  const content = { ...(await publishedBlob(Buffer.from('hello'))), grows: true } as const
  const cut = await blobs.grow(content, chunksOf(Buffer.from(', worldwide')))
  expect(cut.size).toBe(16)
  expect((await collect(blobs.open(content))).toString()).toBe('hello')
  const grown = await blobs.grow(content, chunksOf(Buffer.from(' you'), 2))
  expect((await collect(blobs.open(grown))).toString()).toBe('hello you')
})

test('a blob that was cut short is an error, not a short object', async () => {
  const content = await (await blobs.stage(chunksOf(randomBytes(100_000)))).publish()
  if (content.kind !== 'blob') throw new Error('not a blob')
  await writeFile(join(dir, 'blobs', content.name.slice(-2), content.name), randomBytes(99_999))
  await expect(collect(blobs.open(content))).rejects.toThrow(/ends at byte 99999/)
})

test.each([10, 100_000])('a source of %d bytes may have so many, and not one more', async (size) => {
  const bytes = randomBytes(size)
  expect((await blobs.stage(chunksOf(bytes, 9), { maxBytes: size })).digest.size).toBe(size)
  await expect(blobs.stage(chunksOf(bytes, 9), { maxBytes: size - 1 })).rejects.toMatchObject({
    code: 'body-too-large',
  })
  const tooLarge = (came: number): Error => new Error(`${came} came`)
  await expect(blobs.stage(chunksOf(bytes, 10), { maxBytes: size - 1, tooLarge })).rejects.toThrow(`${size} came`)
})

test('a source that is refused is told that nobody reads on', async () => {
  let left = false
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(1000)
    } finally {
      left = true
    }
  }
  await expect(blobs.stage(endless(), { maxBytes: 500_000 })).rejects.toThrow()
  expect(left).toBe(true)
})

test('while room is short nothing is staged and nothing grows, and what would have been read is let go', async () => {
  const source = await publishedBlob(randomBytes(100_000))
  const growing = { ...(await publishedBlob(randomBytes(100_000))), grows: true } as const
  const full = await openBlobs(dir, SHORT_OF_ROOM)
  await expect(full.stage(full.open(source))).rejects.toMatchObject({ code: 'store-full' })
  await expect(full.grow(growing, full.open(source))).rejects.toMatchObject({ code: 'store-full' })
  await full.remove(source.name)
  expect(await files('blobs')).toEqual([growing.name])
})

test('a growth that found nothing to grow lets go of what it would have read', async () => {
  const source = await publishedBlob(randomBytes(100_000))
  const gone = { kind: 'blob', name: 'aa'.repeat(18), size: 1, grows: true } as const
  await expect(blobs.grow(gone, blobs.open(source))).rejects.toThrow('ENOENT')
  await blobs.remove(source.name)
  expect(await files('blobs')).toEqual([])
})

test('what a growth wrote can be taken back', async () => {
  const growing = { ...(await publishedBlob(randomBytes(100_000))), grows: true } as const
  await blobs.grow(growing, chunksOf(randomBytes(50_000)))
  expect(await blobs.sizeOnDisk(growing.name)).toBe(150_000)
  await blobs.trim(growing)
  expect(await blobs.sizeOnDisk(growing.name)).toBe(100_000)
})

test('sources that break leave no file and no open descriptor', async () => {
  await breakOff(400_000) // whatever is opened once and for all is open now
  const before = (await readdir('/dev/fd')).length
  for (let round = 0; round < 1000; round += 20)
    await Promise.all(Array.from({ length: 20 }, (_, at) => breakOff(((round + at) * 7919) % 600_000)))
  expect((await readdir('/dev/fd')).length).toBe(before)
  expect(await files()).toEqual([])
}, 60_000)

test('a sender of single bytes is read like any other', async () => {
  const bytes = randomBytes(MAX_INLINE_BYTES + 100)
  expect((await blobs.stage(chunksOf(bytes, 1))).digest).toEqual(await digestOf(bytes))
})

test('a sweep removes what earlier runs staged or published without a record, and nothing else', async () => {
  const known = await (await blobs.stage(chunksOf(randomBytes(100_000)))).publish()
  await (await blobs.stage(chunksOf(randomBytes(100_000)))).publish()
  await blobs.stage(chunksOf(randomBytes(100_000)))
  await mkdir(join(dir, 'blobs', 'other'))
  await writeFile(join(dir, 'blobs', 'other', 'f'.repeat(36)), 'not ours')
  await writeFile(join(dir, 'staging', 'README'), 'not ours')
  await mkdir(join(dir, 'staging', 'folder'))

  const reopened = await openBlobs(dir)
  const fresh = await (await reopened.stage(chunksOf(randomBytes(100_000)))).publish()
  await reopened.stage(chunksOf(randomBytes(100_000)))
  expect(await reopened.sweep((name) => known.kind === 'blob' && name === known.name)).toEqual({ removed: 2 })

  expect(await collect(reopened.open(known))).toHaveLength(100_000)
  expect(await collect(reopened.open(fresh))).toHaveLength(100_000)
  expect(await files('staging')).toHaveLength(2)
  expect(await files('blobs')).toHaveLength(3)
})

const SHORT_OF_ROOM: Room = {
  isShort: true,
  runShort: () => undefined,
  spend: async () => false,
  regain: async () => undefined,
}

async function breakOff(size: number): Promise<void> {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* chunksOf(Buffer.alloc(size), 65_536)
    throw new Error('gone')
  }
  await expect(blobs.stage(broken())).rejects.toThrow('gone')
}

async function files(folder = '.'): Promise<string[]> {
  const entries = await readdir(join(dir, folder), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

async function* chunksOf(bytes: Uint8Array, length = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const received: Uint8Array[] = []
  for await (const chunk of chunks) received.push(chunk)
  return Buffer.concat(received)
}

async function publishedBlob(bytes: Uint8Array): Promise<Extract<Content, { kind: 'blob' }>> {
  const content = await (await blobs.stage(chunksOf(bytes), { mayBeInline: false })).publish()
  if (content.kind !== 'blob') throw new Error('Not a blob.')
  return content
}
