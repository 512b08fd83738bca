import { randomFillSync } from 'node:crypto'

const ID_BYTES = 12
const pool = Buffer.alloc(ID_BYTES * 512)
let used = pool.length

/** 24 hexadecimal digits in upper case, as OSS names requests. Drawn from a stock: asking the system for each costs more than all else of it. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += ID_BYTES
  return pool.toString('hex', used - ID_BYTES, used).toUpperCase()
}
