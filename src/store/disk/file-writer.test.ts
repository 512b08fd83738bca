import { type FileHandle, open } from 'node:fs/promises'
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { BLOCK_BYTES } from './blocks.ts'
import { diskError } from './disk-error.ts'
import { fileWriter } from './file-writer.ts'

test.each([
  { size: 100, how: 'in its only block' },
  { size: 10 * BLOCK_BYTES, how: 'behind the writer' },
])('a full disk is noticed, $how', async ({ size }) => {
  const full = await open('/dev/full', 'w')
  const writer = fileWriter(full)
  const written = writer.write(Buffer.alloc(size)).then(writer.end)
  await expect(written).rejects.toMatchObject({ code: 'ENOSPC' })
  await writer.abandon()
  await full.close()
})

test('what the disk takes only in part is written to its end', async () => {
  const file = new PartialFile()
  const bytes = Buffer.from('0123456789'.repeat(100_000))
  const writer = fileWriter(file as unknown as FileHandle)
  await writer.write(bytes)
  expect((await writer.end()).size).toBe(bytes.length)
  expect(file.content(bytes.length).equals(bytes)).toBe(true)
})

test.each(['ENOSPC', 'EDQUOT', constants.errno.ENOSPC])(
  'a full disk is a refusal that may pass, named or numbered: %s',
  (code) => {
    expect(diskError(Object.assign(new Error('full'), { code }))).toMatchObject({ code: 'store-full' })
  },
)

test('any other error of the disk stays what it is', () => {
  const error = Object.assign(new Error('EIO'), { code: 'EIO' })
  expect(diskError(error)).toBe(error)
  expect(diskError('text')).toBe('text')
})

/** A disk that takes at most a thousand bytes at a time. */
class PartialFile {
  readonly #bytes = Buffer.alloc(2_000_000)

  async write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    const bytesWritten = Math.min(length, 1000)
    this.#bytes.set(bytes.subarray(offset, offset + bytesWritten), position)
    return { bytesWritten }
  }

  content(length: number): Buffer {
    return this.#bytes.subarray(0, length)
  }
}
