/** An address of the application that hears of uploads: docs/guide/completion.md. */
export interface WebhookOptions {
  readonly url: string
  /** `whsec_…`. Several while one takes another's place: each of them signs. */
  readonly secret: string | readonly string[]
}

/** The options, looked at once. */
export interface WebhookRules {
  readonly url: string
  readonly keys: readonly Uint8Array[]
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const MIN_KEY_BYTES = 24
const MAX_KEY_BYTES = 64
const MAKE_ONE = 'Make one with: echo "whsec_$(openssl rand -base64 32)"'

export function readWebhook({ url, secret }: WebhookOptions): WebhookRules {
  const secrets = typeof secret === 'string' ? [secret] : secret
  if (!Array.isArray(secrets) || secrets.length === 0) throw new TypeError(`webhook.secret is missing. ${MAKE_ONE}`)
  return { url: readUrl(url), keys: secrets.map(readKey) }
}

function readUrl(text: string): string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.hash === ''
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href
  throw new TypeError('webhook.url must be an address such as https://app.example/hooks, without user or fragment.')
}

function readKey(secret: string): Uint8Array {
  const text = typeof secret === 'string' && secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : ''
  const key = Buffer.from(text, 'base64')
  const isWhole = /^[A-Za-z0-9+/]+={0,2}$/.test(text) && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES
  if (isWhole) return key
  throw new TypeError(
    `webhook.secret is not "whsec_" and ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes in Base64. ${MAKE_ONE}`,
  )
}
