import { setTimeout as sleep } from 'node:timers/promises'
import { reportToWebhook } from '../webhook/report-to-webhook.ts'
import { readWebhook, type WebhookOptions } from '../webhook/webhook-options.ts'
import type { OnUploaded, Reporter } from './completion.ts'
import { reportToHook } from './report-to-hook.ts'

/** Who hears of uploads. */
export interface ReporterOptions {
  readonly onUploaded?: OnUploaded | undefined
  readonly webhook?: WebhookOptions | undefined
  readonly now: () => Date
  readonly onFailed: (error: Error) => void
}

/** The application's function first: where both answer, the browser gets what the function says. */
export function createReporters({ onUploaded, webhook, now, onFailed }: ReporterOptions): readonly Reporter[] {
  const reporters: Reporter[] = []
  if (onUploaded !== undefined) reporters.push(reportToHook(onUploaded))
  if (webhook !== undefined) {
    const wait = (ms: number) => sleep(ms, undefined, { ref: false }) // a process that is told to stop does not wait for it
    reporters.push(reportToWebhook(readWebhook(webhook), { now, sleep: wait, random: Math.random, onFailed }))
  }
  return reporters
}
