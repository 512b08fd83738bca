import { createHash } from 'node:crypto'
import { createCRC64, type IHasher } from 'hash-wasm'
import type { Digest } from './records.ts'

/** CRC-64/XZ: ECMA-182's polynomial, reflected. docs/spec/object-api.md section 4. */
const CRC64_XZ = 'c96c5795d7870f42'

export interface Digester {
  update(chunk: Uint8Array): void
  digest(): Digest
}

/** Size, MD5 and CRC-64/XZ of bytes as they stream. */
export async function createDigest(): Promise<Digester> {
  const crc64 = (await createCRC64(CRC64_XZ)).init()
  const md5 = createHash('md5')
  let size = 0
  return {
    update(chunk) {
      size += chunk.length
      md5.update(chunk)
      crc64.update(chunk)
    },
    digest: () => ({ size, md5: md5.digest(), crc64: decimal(crc64) }),
  }
}

let shared: Promise<IHasher> | undefined

/** The same of bytes that are all here. */
export async function digestOf(bytes: Uint8Array): Promise<Digest> {
  shared ??= createCRC64(CRC64_XZ) // one for all: between its init and its digest nobody else runs
  const crc64 = (await shared).init().update(bytes)
  return { size: bytes.length, md5: createHash('md5').update(bytes).digest(), crc64: decimal(crc64) }
}

function decimal(crc64: IHasher): string {
  return BigInt(`0x${crc64.digest('hex')}`).toString()
}
