import { createHmac } from 'node:crypto'

/** A message as it is sent each time it is tried. */
export interface WebhookMessage {
  /** The same however often it is tried. */
  readonly id: string
  readonly body: string
}

/**
 * The headers that say who sent a message, and when: one signature for each key.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook({ id, body }: WebhookMessage, keys: readonly Uint8Array[], now: Date) {
  const timestamp = Math.floor(now.getTime() / 1000)
  const text = `${id}.${timestamp}.${body}`
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(text).digest('base64')}`)
  return { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, 'webhook-signature': signatures.join(' ') }
}
