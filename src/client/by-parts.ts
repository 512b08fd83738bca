import { PosternError } from '../base/errors.ts'
import { aborted } from './no-answer.ts'
import { fingerprint } from './part-memory.ts'
import { createPartWidth } from './part-width.ts'
import { readError } from './read-error.ts'
import { readObject } from './read-object.ts'
import { type MultipartUpload, readMultipart, readSigned, readStored, type SignedPart } from './read-parts.ts'
import type { FileFacts, Transport } from './transport.ts'
import type { Errand, Tools, Way } from './way.ts'

/** A part is as large as what is sent in so long, so that little is lost with it. */
const PART_SECONDS = 5
/** A signature that has less left than this is asked for again. */
const MARGIN_MS = 30_000
/** Files that this page sends now: the same file chosen twice is two uploads. */
const inUse = new Set<string>()

/**
 * Parts of a large file, each a presigned PUT. The store's own list says which of them it has, after a break, a reload or a crash.
 *
 * @see docs/guide/large-files.md
 */
export function byParts<File extends FileFacts>(
  errand: Errand<File>,
  tools: Tools<File>,
  sendBytes: NonNullable<Transport<File>['sendBytes']>,
): Way {
  const { file, asked, route } = errand
  const { ask, clock, memory, pace } = tools
  const plan = createPartWidth(tools.partsAtOnce)
  const sent = new Map<number, number>()
  const signed = new Map<number, SignedPart>()
  let name: string | undefined
  let upload: MultipartUpload | undefined
  /** In the order in which they are sent; absent until the store has been asked. */
  let missing: number[] | undefined
  let wasRefused = false

  async function begin(): Promise<MultipartUpload> {
    // Not to be stopped: what is begun without our knowing could not be given up.
    const { name: filename, size, type, meta } = asked
    const partSize = pace.bytesPerSecond && Math.ceil((pace.bytesPerSecond * PART_SECONDS) / plan.width)
    const begun = readMultipart(await ask('uploads/multipart', { route, filename, size, type, meta, partSize }))
    missing = numbersOf(begun)
    if (name !== undefined) memory?.setItem(name, begun.token)
    return begun
  }

  /** The upload that was begun before a reload, if this is the file of one. */
  async function recall(signal: AbortSignal): Promise<MultipartUpload | undefined> {
    if (memory === undefined) return undefined
    const found =
      name ?? (await fingerprint(file, { asked, about: [tools.endpoint, route], readBytes: tools.transport.readBytes }))
    if (name === undefined && inUse.has(found)) return undefined
    inUse.add(found)
    name = found
    const token = memory.getItem(found)
    if (token === null) return undefined
    try {
      return await list(token, signal)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  async function list(token: string, signal: AbortSignal): Promise<MultipartUpload> {
    const answer = await ask('uploads/multipart/list', { token }, signal)
    const known = readMultipart(answer, token)
    const stored = new Set(readStored(answer))
    sent.clear()
    for (const number of stored) sent.set(number, bytesOf(known, number))
    missing = numbersOf(known).filter((number) => !stored.has(number))
    tell()
    return known
  }

  function bytesOf({ partSize }: MultipartUpload, number: number): number {
    return Math.min(partSize, file.size - partSize * (number - 1))
  }

  function tell(): void {
    let sum = 0
    for (const bytes of sent.values()) sum += bytes
    errand.onSent(sum)
  }

  /** Signed just in time, with the next ones: a signature waits for no more than a few parts. */
  async function signatureOf(
    number: number,
    token: string,
    others: readonly number[],
    signal: AbortSignal,
  ): Promise<SignedPart> {
    const kept = signed.get(number)
    signed.delete(number)
    if (kept !== undefined && Date.parse(kept.expiresAt) - clock.now() > MARGIN_MS) return kept
    const partNumbers = [number, ...others.slice(0, 2 * plan.width)]
    for (const part of readSigned(await ask('uploads/multipart/parts', { token, partNumbers }, signal)))
      signed.set(part.partNumber, part)
    const part = signed.get(number)
    if (part === undefined) throw new PosternError('issuer-refused', `The issuer signed no part ${number}.`)
    signed.delete(number)
    return part
  }

  async function sendPart(
    number: number,
    known: MultipartUpload,
    part: SignedPart,
    signal: AbortSignal,
  ): Promise<void> {
    const start = known.partSize * (number - 1)
    const size = bytesOf(known, number)
    const onSent = (bytes: number) => {
      sent.set(number, bytes)
      tell()
    }
    const { url, headers } = part
    const answer = await sendBytes({ url, headers, start, end: start + size }, file, { signal, onSent })
    if (answer.status < 200 || answer.status > 299) throw again(readError(answer), answer.status)
    wasRefused = false
    onSent(size)
    plan.arrived(size, Date.now())
  }

  /** A signature may be refused because it is old, in words that each storage has its own of: once, another one is tried. */
  function again(error: PosternError, status: number): PosternError {
    if (status !== 403 || wasRefused) return error
    wasRefused = true
    signed.clear()
    return new PosternError(error.code, error.detail, error.facts, { cause: error, retry: 'same-form' })
  }

  /** After a failure nothing new is begun, and what is on its way may arrive. */
  async function sendAll(known: MultipartUpload, numbers: number[], signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>()
    const failures: unknown[] = []
    const run = async (number: number) => {
      try {
        await sendPart(number, known, await signatureOf(number, known.token, numbers, signal), signal)
      } catch (error) {
        sent.delete(number)
        numbers.unshift(number)
        failures.push(error)
        plan.lost()
      }
    }
    while (running.size > 0 || (numbers.length > 0 && failures.length === 0)) {
      const next = running.size < plan.width && failures.length === 0 ? numbers.shift() : undefined
      if (next === undefined) await Promise.race(running)
      else {
        const work: Promise<void> = run(next).finally(() => running.delete(work))
        running.add(work)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  function forget(): void {
    if (name !== undefined) memory?.removeItem(name)
  }

  return {
    async send(signal) {
      upload ??= (await recall(signal)) ?? (await begin())
      if (signal.aborted) throw aborted()
      if (missing === undefined) await list(upload.token, signal)
      errand.onSending()
      await sendAll(upload, missing ?? [], signal)
    },
    async confirm(signal) {
      if (upload === undefined) throw new TypeError('Nothing was sent.')
      const { token } = upload
      try {
        const answer = await ask('uploads/multipart/complete', { token }, signal)
        forget()
        return readObject(
          {
            key: '',
            url: '',
            size: file.size,
            etag: undefined,
            crc64: undefined,
            location: undefined,
            answer: undefined,
          },
          answer,
        )
      } catch (error) {
        missing = undefined // the store says which, if any
        throw error
      }
    },
    renew() {
      forget()
      upload = undefined
      missing = undefined
      sent.clear()
      signed.clear()
    },
    async end(isCancelled) {
      if (name !== undefined) inUse.delete(name)
      if (!isCancelled || upload === undefined) return
      forget()
      const { token } = upload
      const abort = () => ask('uploads/multipart/abort', { token })
      await abort()
        .catch(abort)
        .catch(() => {}) // the storage throws it away in its own time
    },
  }
}

function numbersOf({ parts }: MultipartUpload): number[] {
  return Array.from({ length: parts }, (_, index) => index + 1)
}

function isGone(error: unknown): boolean {
  return error instanceof PosternError && /^upload-(gone|token)/.test(error.code)
}
