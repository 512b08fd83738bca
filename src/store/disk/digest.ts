import { createHash } from 'node:crypto'
import { createCRC64, type IHasher } from 'hash-wasm'
import { openMd5 } from './md5-thread.ts'
import type { Digest } from './records.ts'

/** CRC-64/XZ: ECMA-182's polynomial, reflected. docs/spec/object-api.md section 4. */
const CRC64_XZ = 'c96c5795d7870f42'

/** Size, MD5 and CRC-64/XZ of bytes as they stream: the CRC here, the MD5 in a thread, because MD5 alone fills a core. */
export interface StreamDigest {
  /** Resolves when `block` has been read and may be written again. */
  update(block: Uint8Array<SharedArrayBuffer>): Promise<void>
  digest(): Promise<Digest>
  /** To be called instead of `digest` where the stream broke. */
  abandon(): void
}

export async function openDigest(): Promise<StreamDigest> {
  const crc64 = (await createCRC64(CRC64_XZ)).init()
  const md5 = openMd5()
  let size = 0
  return {
    async update(block) {
      size += block.length
      const read = md5.update(block)
      crc64.update(block)
      await read
    },
    digest: async () => ({ size, md5: Buffer.from(await md5.digest()), crc64: decimal(crc64) }),
    abandon: md5.abandon,
  }
}

let shared: Promise<IHasher> | undefined

/** The digest of bytes that are all here. */
export async function digestOf(bytes: Uint8Array): Promise<Digest> {
  shared ??= createCRC64(CRC64_XZ) // one for all: nothing else runs between its init and its digest
  const crc64 = (await shared).init().update(bytes)
  return { size: bytes.length, md5: createHash('md5').update(bytes).digest(), crc64: decimal(crc64) }
}

/** The CRC-64 of bytes as they stream, alone. */
export async function crc64Of(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const crc64 = (await createCRC64(CRC64_XZ)).init()
  for await (const chunk of chunks) crc64.update(chunk)
  return decimal(crc64)
}

function decimal(crc64: IHasher): string {
  return BigInt(`0x${crc64.digest('hex')}`).toString()
}
