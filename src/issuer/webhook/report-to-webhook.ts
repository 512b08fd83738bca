import type { CompletedUpload, Reporter } from '../completion/completion.ts'
import { sendWebhook } from './send-webhook.ts'
import type { WebhookMessage } from './sign-webhook.ts'
import type { WebhookRules } from './webhook-options.ts'

/** What a webhook needs of the world; for a test. */
export interface WebhookWorld {
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
  /** From 0 to 1. */
  readonly random: () => number
  /** Told of each try that failed. */
  readonly onFailed: (error: Error) => void
}

/** Ours: with the waits between them, about 20 minutes. */
const MAX_TRIES = 12
const FIRST_WAIT_MS = 1000
const MAX_WAIT_MS = 5 * 60 * 1000
/** Ours: who asks for more is tried again all the same. */
const MAX_RETRY_AFTER_MS = 15 * 60 * 1000
/** Ours: an application that is down for long must not fill the memory; what comes on top is tried once. */
export const MAX_WAITING = 1000

/** An application in another language as a reporter: a signed message, tried again until it is taken. */
export function reportToWebhook(rules: WebhookRules, world: WebhookWorld): Reporter {
  let waiting = 0

  async function wait(ms: number): Promise<void> {
    waiting++
    try {
      await world.sleep(ms)
    } finally {
      waiting--
    }
  }

  async function deliver(message: WebhookMessage): Promise<string | undefined> {
    for (let tries = 1; ; tries++) {
      const attempt = await sendWebhook(rules, message, world.now())
      if (attempt.kind === 'taken') return attempt.answer
      const error = failure(rules.url, message.id, attempt.kind === 'gone' ? 'it answered 410' : attempt.why, tries)
      if (attempt.kind === 'gone' || tries === MAX_TRIES || waiting >= MAX_WAITING) throw error
      world.onFailed(error)
      await wait(waitMs(tries, attempt.retryAfterMs, world.random()))
    }
  }

  return {
    name: 'webhook',
    report: (upload) => deliver(messageOf(upload, world.now())),
  }
}

/** The event, with the moment at which it happened. */
function messageOf(upload: CompletedUpload, now: Date): WebhookMessage {
  const body = JSON.stringify({ type: 'upload.completed', timestamp: now.toISOString(), data: upload })
  return { id: upload.id, body }
}

/** Twice as long each time, and for each message a little different, so that they do not all come back at once. */
function waitMs(tries: number, retryAfterMs: number | undefined, random: number): number {
  const usual = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), MAX_WAIT_MS) * (0.5 + random / 2)
  return Math.max(usual, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
}

function failure(url: string, id: string, why: string, tries: number): Error {
  const { origin, pathname } = new URL(url) // a query may hold a secret
  return new Error(`The webhook ${origin}${pathname} has not taken ${id}, try ${tries} of ${MAX_TRIES}: ${why}.`)
}
