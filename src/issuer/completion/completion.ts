import { createHash } from 'node:crypto'
import type { StoredObject } from '../storage/storage-client.ts'
import type { UploadFacts } from '../token/upload-token.ts'
import { checkObject, mismatch } from './check-object.ts'
import type { Done, Ledger } from './ledger.ts'
import { within } from './within.ts'

/** An upload that has ended well: what was allowed, and what is in the storage now. */
export interface CompletedUpload {
  /** Names this upload: the same however often, and from whichever side, it is reported. */
  readonly id: string
  readonly route: string
  readonly bucket: string
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** Who asked for the form. */
  readonly user: string
  /** Those of the route; absent where it has none. */
  readonly variables?: Readonly<Record<string, string>>
}

/** The hook that hears of each upload, once; what it returns goes back to the browser as JSON. */
export type OnUploaded = (upload: CompletedUpload) => unknown

/** Somebody who hears of uploads, each once. Its answer is JSON; absent where it has nothing to say. */
export interface Reporter {
  readonly name: string
  readonly report: (upload: CompletedUpload) => Promise<string | undefined>
}

/** Reports an upload to the application exactly once, and gives what it answered to everybody who reports the same. */
export interface Completion {
  /**
   * Refuses with `upload-mismatch` what is not what the token allows, and with `upload-unconfirmed` where the application
   * has not answered in time; what it answers later is kept for whoever reports the upload again.
   */
  readonly complete: (facts: UploadFacts, object: StoredObject, withinMs?: number) => Promise<Reported>
}

/** An upload, and what the application said of it: JSON; absent where it said nothing. */
export interface Reported {
  readonly upload: CompletedUpload
  readonly answer?: unknown
}

export interface CompletionOptions {
  readonly bucket: string
  /** In the order in which their answers are preferred. */
  readonly reporters: readonly Reporter[]
  readonly ledger: Ledger
  /** Told of an upload once all reporters have heard of it, and of one that all had heard of before. */
  readonly onReported?: (upload: CompletedUpload) => void
  readonly onRepeated?: (upload: CompletedUpload) => void
  /** Told of a failure for which nobody waits any more. */
  readonly onLateFailure?: (error: unknown) => void
}

/** Ours: longer than an application should need, shorter than a browser waits. */
const DEFAULT_WITHIN_MS = 15_000

/** Each upload is reported once to each reporter: docs/guide/completion.md says what that means after a crash. */
export function createCompletion(options: CompletionOptions): Completion {
  const { bucket, reporters, ledger, onReported, onRepeated, onLateFailure = () => {} } = options

  async function reportOnce(reporter: Reporter, upload: CompletedUpload, expires: number): Promise<Done> {
    const work = async () => encodeReport(upload.etag, await reporter.report(upload))
    return await ledger.once(`${upload.id}:${reporter.name}`, expires, work)
  }

  async function reportAll(upload: CompletedUpload, expires: number): Promise<readonly Done[]> {
    const done = await Promise.all(reporters.map((reporter) => reportOnce(reporter, upload, expires)))
    if (done.every(({ again }) => again)) onRepeated?.(upload)
    else onReported?.(upload)
    return done
  }

  return {
    async complete(facts, object, withinMs = DEFAULT_WITHIN_MS) {
      checkObject(facts, object)
      const upload = uploadOf(bucket, facts, object)
      const done = await within(reportAll(upload, facts.expires), withinMs, onLateFailure)
      const answers = done.map(({ result }) => readReport(result, upload))
      const answer = answers.find((one) => one !== undefined && one !== null)
      return { upload, ...(answer !== undefined && { answer }) }
    },
  }
}

function uploadOf(bucket: string, facts: UploadFacts, { key, size, type, etag }: StoredObject): CompletedUpload {
  const { route, user, variables } = facts
  const id = uploadId(facts, key, etag)
  return { id, route, bucket, key, size, type, etag, user, ...(variables === undefined ? {} : { variables }) }
}

/** A form for one key is for one upload; a form for a folder is for many, and what was stored tells them apart. */
function uploadId({ id, keyIsPrefix = false }: UploadFacts, key: string, etag: string): string {
  if (!keyIsPrefix) return id
  const digest = createHash('sha256')
    .update(`${plainEtag(etag)}\n${key}`)
    .digest('base64url')
  return `${id}_${digest.slice(0, 22)}`
}

function encodeReport(etag: string, answer: string | undefined): string {
  return JSON.stringify([plainEtag(etag), answer])
}

/** What was answered; where something else lies under the key now than was reported, nobody answered for that. */
function readReport(result: string, { etag, key }: CompletedUpload): unknown {
  const [reported, answer]: [string, string | null] = JSON.parse(result)
  if (reported !== plainEtag(etag))
    throw mismatch(`${key} was reported before with another ETag; it was overwritten since.`, 'etag')
  return answer === null ? undefined : JSON.parse(answer)
}

/** Callbacks and headers write the same ETag with other quotes and capitals. */
function plainEtag(etag: string): string {
  return etag.replaceAll('"', '').toUpperCase()
}
