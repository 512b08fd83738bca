import { createCrc64 } from './crc64.ts'
import type { SumAnswer, SumQuestion } from './sum-message.ts'

/** Read at once: a file is never whole in memory. */
const SLICE_BYTES = 4 * 1024 * 1024

let last: Promise<void> = Promise.resolve()

// One file after the other: two at once would only take turns at the disk.
addEventListener('message', ({ data }: MessageEvent<SumQuestion>) => {
  last = last.then(() => sum(data))
})

async function sum({ id, file }: SumQuestion): Promise<void> {
  const crc = createCrc64()
  try {
    for (let start = 0; start < file.size; start += SLICE_BYTES) {
      crc.update(new Uint8Array(await file.slice(start, start + SLICE_BYTES).arrayBuffer()))
    }
    answer({ id, crc64: crc.digest() })
  } catch {
    answer({ id, crc64: undefined }) // it was changed or deleted after it was chosen
  }
}

function answer(message: SumAnswer): void {
  postMessage(message)
}
