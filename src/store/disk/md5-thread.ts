import { Worker } from 'node:worker_threads'

export interface Md5 {
  /** Resolves when `block` has been read. */
  update(block: Uint8Array<SharedArrayBuffer>): Promise<void>
  digest(): Promise<Uint8Array>
  /** Forgets a stream that will not be finished. */
  abandon(): void
}

/** As text, so that the thread starts alike from the sources, from a test and from the built package. */
const THREAD = `
const { createHash } = require('node:crypto')
const { parentPort } = require('node:worker_threads')
const streams = new Map()
parentPort.on('message', ({ id, block, ask }) => {
  const md5 = streams.get(id) ?? createHash('md5')
  streams.set(id, md5)
  if (block !== undefined) md5.update(block)
  if (ask !== 'update') streams.delete(id)
  parentPort.postMessage(ask === 'digest' ? md5.digest() : undefined)
})`

interface Question {
  readonly id: number
  readonly ask: 'update' | 'digest' | 'abandon'
  readonly block?: Uint8Array<SharedArrayBuffer>
}

interface Waiter {
  resolve(answer: Uint8Array | undefined): void
  reject(error: Error): void
}

interface Thread {
  ask(question: Question): Promise<Uint8Array | undefined>
}

let thread: Thread | undefined
let lastId = 0

/** One MD5 in the thread that all streams share; it starts with the first stream, and does not keep the process alive. */
export function openMd5(): Md5 {
  const id = ++lastId
  thread ??= startThread()
  const { ask } = thread
  return {
    async update(block) {
      await ask({ id, ask: 'update', block })
    },
    async digest() {
      const md5 = await ask({ id, ask: 'digest' })
      if (md5 === undefined) throw new Error('The MD5 thread gave no answer.')
      return md5
    },
    abandon() {
      ask({ id, ask: 'abandon' }).catch(() => {}) // a thread that ended has forgotten it already
    },
  }
}

function startThread(): Thread {
  const worker = new Worker(THREAD, { eval: true, stdin: false, execArgv: [] })
  const waiting: Waiter[] = [] // answers come in the order of the questions
  const end = (error: Error): void => {
    thread = undefined
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  worker.on('message', (answer: Uint8Array | undefined) => {
    waiting.shift()?.resolve(answer)
    if (waiting.length === 0) worker.unref()
  })
  worker.on('error', end)
  worker.on('exit', () => end(new Error('The MD5 thread ended.')))
  worker.unref()
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        worker.ref()
        worker.postMessage(question)
      }),
  }
}
