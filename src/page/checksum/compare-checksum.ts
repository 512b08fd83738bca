import type { SumAnswer, SumQuestion } from './sum-message.ts'
import { trustedWorkerUrl } from './trusted-worker-url.ts'

/** The built worker's name, hash and all: scripts/build-page.mjs writes it here. */
declare const CRC64_WORKER: string

/** What comes of holding the storage's CRC-64 against the file itself. */
export type Comparison = 'verified' | 'differs' | 'absent' | 'unread'

/**
 * Reads the file once more and compares: `absent` where the storage gave no CRC-64, `unread` where the file could not be read
 * again. Beside the page, in a worker; one file after the other.
 */
export async function compareChecksum(file: Blob, crc64: string | undefined): Promise<Comparison> {
  if (crc64 === undefined) return 'absent'
  const own = await sumOf(file)
  if (own === undefined) return 'unread'
  return own === crc64 ? 'verified' : 'differs'
}

const waiting = new Map<number, (crc64: string | undefined) => void>()
let worker: Worker | undefined
let questions = 0

function sumOf(file: Blob): Promise<string | undefined> {
  return new Promise((resolve) => {
    const question: SumQuestion = { id: questions++, file }
    waiting.set(question.id, resolve)
    worker ??= startWorker()
    worker.postMessage(question)
  })
}

function startWorker(): Worker {
  const started = new Worker(trustedWorkerUrl(new URL(CRC64_WORKER, import.meta.url).href), { type: 'module' })
  started.addEventListener('message', ({ data: { id, crc64 } }: MessageEvent<SumAnswer>) => {
    waiting.get(id)?.(crc64)
    waiting.delete(id)
  })
  started.addEventListener('error', () => {
    worker = undefined // it did not load, or broke: the next file tries again
    for (const resolve of waiting.values()) resolve(undefined)
    waiting.clear()
  })
  return started
}
