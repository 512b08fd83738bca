import { PosternError } from '../base/errors.ts'
import { createStop } from './create-stop.ts'
import { aborted } from './no-answer.ts'
import { fingerprint, ownMemory, remember } from './part-memory.ts'
import { createPartWidth } from './part-width.ts'
import { delayFor, isOffline, wait } from './patience.ts'
import { readError } from './read-error.ts'
import { readObject } from './read-object.ts'
import { type MultipartUpload, readMultipart, readSigned, type SignedPart } from './read-parts.ts'
import { objectOf } from './read-response.ts'
import type { FileFacts, Transport } from './transport.ts'
import type { Errand, Tools, Way } from './way.ts'
import { codeOf, once, retried } from './what-next.ts'

/** A part is as large as what is sent in so long, so that little is lost with it. */
const PART_SECONDS = 5
/** A signature that has less left than this is asked for again. */
const MARGIN_MS = 30_000
const TRIES_TO_GIVE_UP = 3
/** The issuer signs no more at once. */
const MOST_SIGNED = 100
/** Names of files that this page sends now: the same file chosen twice is two uploads. */
const inUse = new Set<string>()

/**
 * Parts of a large file, each a presigned PUT. The store's own list says which of them it has, after a break, a reload or a crash.
 *
 * @see docs/guide/large-files.md
 */
export function inParts<File extends FileFacts>(
  errand: Errand<File>,
  tools: Tools<File>,
  sendBytes: NonNullable<Transport<File>['sendBytes']>,
): Way {
  const { file, asked, route } = errand
  const { clock, memory = ownMemory(), pace } = tools
  const { name: filename, size, type, meta } = asked
  const plan = createPartWidth(tools.partsAtOnce)
  const ask = (step: string, body: object, signal?: AbortSignal) => tools.ask(`uploads/multipart${step}`, body, signal)
  let name: string | undefined
  let upload: MultipartUpload | undefined
  /** Numbers, in the order in which they are sent; absent until the store has been asked. */
  let missing: number[] | undefined
  /** By number: bytes of the part that have left, or that the store has. */
  let sent = new Map<number, number>()
  const signed = new Map<number, SignedPart>()
  /** Numbers of parts that wait for a signature. */
  const unsigned = new Set<number>()
  /** One question at a time: its answer may hold what the next one asks for. */
  let signing: Promise<unknown> = Promise.resolve()
  let wasRefused = false
  /** Of the upload, once it has begun or was remembered. */
  let token: string | undefined
  /** Once completing it has ended without a clear answer. */
  let mayBeComplete = false

  const bytesOf = (partSize: number, number: number) => Math.min(partSize, size - partSize * (number - 1))

  function know(known: MultipartUpload): MultipartUpload {
    const { partSize, parts, stored } = known
    sent = new Map(stored.map(({ partNumber }) => [partNumber, bytesOf(partSize, partNumber)]))
    missing = Array.from({ length: parts }, (_, index) => index + 1).filter((number) => !sent.has(number))
    tell()
    return known
  }

  function note(number: number, bytes: number, isMoving = false): void {
    sent.set(number, bytes)
    tell(isMoving)
  }

  function tell(isMoving = false): void {
    const bytes = [...sent.values()].reduce((sum, part) => sum + part, 0)
    errand.onSent(bytes, isMoving)
  }

  async function list(token: string, signal: AbortSignal): Promise<MultipartUpload> {
    return know(readMultipart(await ask('/list', { token }, signal), token))
  }

  /** The upload that was begun before a reload, if this is the file of one. */
  async function recall(signal: AbortSignal): Promise<MultipartUpload | undefined> {
    if (!memory) return undefined
    const found = await fingerprint(file, {
      asked,
      about: [tools.endpoint, route],
      readBytes: tools.transport.readBytes,
    })
    if (name === undefined && inUse.has(found)) return undefined
    inUse.add(found)
    name = found
    token = remember(memory, found)
    try {
      return token === undefined ? undefined : await list(token, signal)
    } catch (error) {
      const code = codeOf(error)
      if (code?.startsWith('upload-token')) return undefined
      if (code !== 'upload-gone') throw error
      mayBeComplete = true // its last answer may have been lost
      return { token: found, partSize: size, parts: 0, stored: [] }
    }
  }

  async function begin(): Promise<MultipartUpload> {
    const partSize = pace.bytesPerSecond && Math.ceil((pace.bytesPerSecond * PART_SECONDS) / plan.width)
    // Not to be stopped: what is begun without our knowing could not be given up.
    const begun = readMultipart(await ask('', { route, filename, size, type, meta, partSize }))
    token = begun.token
    remember(memory, name, token)
    return know(begun)
  }

  /** Signed just in time, with the next ones: a signature waits for no more than a few parts. */
  async function signatureOf(number: number, token: string, next: readonly number[], signal: AbortSignal) {
    unsigned.add(number)
    const isGood = (part: SignedPart | undefined) =>
      part !== undefined && Date.parse(part.expiresAt) - clock.now() > MARGIN_MS
    const turn = signing.then(async () => {
      if (isGood(signed.get(number))) return
      const partNumbers = [...new Set([number, ...unsigned, ...next.slice(0, 2 * plan.width)])].slice(0, MOST_SIGNED)
      const answer = readSigned(await ask('/parts', { token, partNumbers }, signal))
      for (const part of answer) signed.set(part.partNumber, part)
    })
    signing = turn.catch(() => {})
    try {
      await turn
      const part = signed.get(number)
      if (part === undefined) throw new PosternError('issuer-refused', `The issuer signed no part ${number}.`)
      return part
    } finally {
      unsigned.delete(number)
      signed.delete(number)
    }
  }

  async function sendPart(number: number, { token, partSize }: MultipartUpload, signal: AbortSignal): Promise<void> {
    const part = await signatureOf(number, token, missing ?? [], signal)
    const start = partSize * (number - 1)
    const bytes = bytesOf(partSize, number)
    const onSent = (sentBytes: number) => note(number, sentBytes, true)
    const answer = await sendBytes({ ...part, start, end: start + bytes }, file, { signal, onSent })
    if (answer.status < 200 || answer.status > 299) {
      const error = readError(answer)
      const isOld = answer.status === 403 && !wasRefused
      if (!isOld) throw answer.status === 403 ? retried(error, 'never') : error
      // Perhaps the signature was old; storages say so in words of their own. Another one is tried, once.
      wasRefused = true
      signed.clear()
      throw retried(error, 'same-form')
    }
    wasRefused = false
    note(number, bytes)
    plan.arrived(bytes, Date.now())
  }

  /** After a failure nothing new is begun, and what is on its way may arrive. */
  async function sendAll(known: MultipartUpload, numbers: number[], signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>()
    const failures: unknown[] = []
    while (running.size > 0 || (numbers.length > 0 && failures.length === 0)) {
      const number = running.size < plan.width && failures.length === 0 ? numbers.shift() : undefined
      if (number === undefined) await Promise.race(running)
      else {
        const work: Promise<void> = sendPart(number, known, signal)
          .catch((error) => {
            sent.delete(number)
            numbers.unshift(number)
            failures.push(error)
            plan.lost()
          })
          .finally(() => running.delete(work))
        running.add(work)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  /** It is not there, or no longer: another tab may have put it together, or a try whose answer was lost. So that is asked first. */
  function perhapsComplete(error: unknown): unknown {
    if (!/^upload-(gone|not-found)$/.test(codeOf(error) ?? '')) return error
    mayBeComplete = true
    return retried(error, 'same-form')
  }

  /** An issuer that was restarted with another secret knows no token of before. Nothing was put together yet, so it may begin anew. */
  function perhapsForgotten(error: unknown): unknown {
    return codeOf(error) === 'upload-token-invalid' ? retried(error, 'fresh-form') : error
  }

  /** Throws the upload away, once there is a network; else the storage does, in its own time. */
  async function giveUp(token: string): Promise<void> {
    const { signal } = createStop(tools.transport)
    for (let attempt = 1; attempt <= TRIES_TO_GIVE_UP; attempt++) {
      if (isOffline()) await wait(0, signal)
      try {
        await ask('/abort', { token })
        return
      } catch (error) {
        if (!(error instanceof PosternError) || error.retry !== 'same-form') return
        await wait(delayFor(attempt, error), signal)
      }
    }
  }

  function forget(): void {
    remember(memory, name, '')
  }

  return {
    async send(signal) {
      upload ??= (await recall(signal)) ?? (await begin())
      if (signal.aborted) throw aborted()
      if (mayBeComplete) return
      try {
        if (missing === undefined) await list(upload.token, signal)
        errand.onSending()
        await sendAll(upload, missing ?? [], signal)
      } catch (error) {
        throw perhapsForgotten(perhapsComplete(error))
      }
    },
    async confirm(signal) {
      try {
        const answer = await ask('/complete', { token }, signal)
        forget()
        return readObject(objectOf({ url: '' }, file), answer)
      } catch (error) {
        // The store says which parts are missing; who asks again after a lost answer is told of the object.
        mayBeComplete = codeOf(error) !== 'upload-incomplete'
        missing = undefined
        throw once(error)
      }
    },
    renew() {
      forget()
      upload = undefined
      missing = undefined
      signed.clear()
      wasRefused = false
      mayBeComplete = false
    },
    async end(isCancelled) {
      inUse.delete(name ?? '')
      if (!isCancelled || token === undefined) return
      forget()
      const gone = giveUp(token)
      if (!isOffline()) await gone
    },
  }
}
