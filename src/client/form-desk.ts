import { loaded } from './no-answer.ts'
import { type IssuedUpload, readIssued } from './read-form.ts'
import type { ServerClock } from './server-clock.ts'
import type { AskIssuer, FormRequest, RequestForm } from './uploader-options.ts'

/** Files that are small enough to be sent before their forms are old are asked for together, with the one whose turn it is. */
const MOST_TOGETHER = 50
const MOST_BYTES_TOGETHER = 32 * 1024 * 1024
/** A form is used only while it is good for so long; for a quarter of its life, where that is less. */
const MARGIN_MS = 30_000

/** Somebody who wants a form. */
interface Applicant {
  readonly asked: FormRequest
  readonly route: string | undefined
}

/** Where forms are asked for: just before they are needed, and for many files in one request. */
export interface FormDesk {
  /** A form for a file, good for a while yet. */
  readonly take: (applicant: Applicant, signal: AbortSignal) => Promise<TimedForm>
}

/** A form, and until when it is to be used; Unix milliseconds by the server's clock. */
export interface TimedForm {
  readonly issued: IssuedUpload
  readonly useBefore: number
}

interface DeskOptions {
  readonly ask: AskIssuer
  readonly clock: ServerClock
  /** For an issuer that knows no batches. */
  readonly requestForm: RequestForm | undefined
  /** Who waits for a turn, in order. */
  readonly waiting: () => Iterable<Applicant>
}

export function createFormDesk({ ask, clock, requestForm, waiting }: DeskOptions): FormDesk {
  const coming = new WeakMap<Applicant, Promise<TimedForm | undefined>>()

  function timed(issued: IssuedUpload): TimedForm {
    const expires = Date.parse(issued.expiresAt)
    return { issued, useBefore: expires - Math.min(MARGIN_MS, (expires - clock.now()) / 4) }
  }

  async function askFor(applicant: Applicant, signal: AbortSignal): Promise<IssuedUpload> {
    const { asked, route } = applicant
    if (requestForm !== undefined) return await requestForm((path, body) => ask(path, body, signal), asked, route)
    const others = companions(applicant, waiting(), (other) => !coming.has(other))
    if (others.length === 0) return readIssued(await ask('uploads', { route, ...described(asked) }, signal))

    const files = [applicant, ...others].map((one) => described(one.asked))
    const uploads = ask('uploads', { route, files }, signal).then((answer) => listOf(answer))
    for (const [index, other] of others.entries()) {
      // Whoever gets none asks again when their turn comes, and hears why.
      const form = uploads.then(async (answers) => timed(await readUpload(answers[index + 1])))
      coming.set(
        other,
        form.catch(() => void coming.delete(other)),
      )
    }
    return await readUpload((await uploads)[0])
  }

  return {
    async take(applicant, signal) {
      const kept = await coming.get(applicant)
      coming.delete(applicant)
      return kept !== undefined && clock.now() < kept.useBefore ? kept : timed(await askFor(applicant, signal))
    },
  }
}

function listOf(answer: unknown): readonly unknown[] {
  const uploads: unknown = Object(answer).uploads
  return Array.isArray(uploads) ? uploads : []
}

/** One answer of a batch: a form, or the problem with this file. */
async function readUpload(answer: unknown): Promise<IssuedUpload> {
  if (!Object(answer).code) return readIssued(answer)
  const { readProblem } = await loaded(import('./read-problem.ts'))
  throw readProblem('The issuer', 0, answer)
}

/** Who is asked for in the same request: the next in the queue, for the same route. */
function companions(
  first: Applicant,
  waiting: Iterable<Applicant>,
  isFree: (other: Applicant) => boolean,
): Applicant[] {
  const chosen: Applicant[] = []
  let bytes = first.asked.size
  for (const other of waiting) {
    if (other === first || other.route !== first.route || !isFree(other)) continue
    bytes += other.asked.size
    if (bytes > MOST_BYTES_TOGETHER || chosen.length + 1 >= MOST_TOGETHER) break
    chosen.push(other)
  }
  return chosen
}

function described({ name: filename, size, type, meta }: FormRequest): object {
  return { filename, size, type, meta }
}
