import { createAsk } from './ask-issuer.ts'
import { browserTransport } from './browser-transport.ts'
import { createFormDesk } from './form-desk.ts'
import { createServerClock } from './server-clock.ts'
import { createSlots } from './slots.ts'
import { startUpload } from './start-upload.ts'
import type { FileFacts, NamedBlob, Transport } from './transport.ts'
import type { Upload } from './upload-handle.ts'
import type { Uploader, UploaderOptions } from './uploader-options.ts'
import type { Errand, Tools } from './way.ts'

const FILES_AT_ONCE = 3
/** Bytes from which a file goes in parts. */
export const PARTS_FROM = 64 * 1024 * 1024
const PARTS_AT_ONCE = 6
const RETRIES = 8

let count = 0

/**
 * Uploads files through an issuer, a few at a time, and loses none: it waits for the network, asks for a fresh form where one
 * has expired, sends large files in parts, and goes on after a reload with the parts that are missing.
 *
 * @example
 * const uploader = createUploader({ endpoint: 'https://app.example' })
 * const upload = uploader.upload(file)
 * upload.on('progress', ({ sentBytes, totalBytes }) => show(sentBytes / totalBytes))
 * const { url } = await upload.done
 *
 * @see docs/guide/browser.md
 */
export function createUploader<Routes extends string = string, File extends FileFacts = NamedBlob>(
  options: UploaderOptions<Routes, File>,
): Uploader<Routes, File> {
  const {
    concurrency = FILES_AT_ONCE,
    partsFrom = PARTS_FROM,
    partsAtOnce = PARTS_AT_ONCE,
    retries = RETRIES,
  } = options
  const transport: Transport<File> = options.transport ?? browserTransport(options)
  const clock = createServerClock()
  const ask = createAsk(options, transport, clock)
  const running = new Map<Upload<File>, Errand<File>>()
  const { requestForm, endpoint } = options
  const goesInParts = (file: File) =>
    file.size >= partsFrom && requestForm === undefined && transport.sendBytes !== undefined
  function* waiting() {
    for (const [{ state }, errand] of running) if (state === 'queued' && errand.needsForm) yield errand
  }
  const slots = createSlots(atLeastOne(concurrency))
  const desk = createFormDesk({ ask, clock, requestForm, waiting })
  const tools: Tools<File> = {
    ask,
    clock,
    desk,
    transport,
    memory: options.memory,
    partsAtOnce: atLeastOne(partsAtOnce),
    endpoint,
    pace: {},
  }

  return {
    upload(file, how = {}) {
      const rank = ++count
      const { route = options.route } = how
      const rules = { id: `${rank}`, rank, route, isLarge: goesInParts(file), retries, slots }
      const { upload, errand } = startUpload(file, how, rules, tools)
      running.set(upload, errand)
      const over = () => running.delete(upload)
      upload.done.then(over, over)
      return upload
    },
    get uploads() {
      return [...running.keys()]
    },
  }
}

/** A whole number; anything else would start nothing. */
function atLeastOne(count: number): number {
  return Math.max(1, Math.floor(count) || 1)
}
