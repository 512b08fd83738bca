import { createPublicKey, type KeyObject } from 'node:crypto'
import { readBase64, readUtf8 } from '../../base/bytes.ts'
import { PosternError } from '../../base/issuer-errors.ts'
import { readBoundedBytes } from '../bounded-bytes.ts'

/** Finds the key that a callback names, where it may name it. */
export interface PublicKeys {
  /** @param encoded the header `x-oss-pub-key-url`: an address in Base64 */
  readonly find: (encoded: string) => Promise<KeyObject>
}

export interface PublicKeysOptions {
  readonly urls: readonly string[]
  /** Milliseconds; for a test. */
  readonly timeoutMs?: number
  readonly clock?: () => number
}

/** Ours; the key of OSS has 178. */
const MAX_KEY_BYTES = 8 * 1024
/** Ours: of the 5 seconds that a callback has. */
const TIMEOUT_MS = 2500
const KEEP_MS = 24 * 60 * 60 * 1000
/** Ours: a key that could not be fetched is not asked for again with every callback. */
const KEEP_FAILURE_MS = 10_000

interface Kept {
  until: number
  readonly key: Promise<KeyObject>
}

/**
 * The keys of the storages that are trusted, fetched when the first callback names one, and kept for a day. A callback
 * chooses among the addresses that are written here, and nothing it says makes this server ask another.
 *
 * @see docs/spec/callback.md section 5
 */
export function createPublicKeys({ urls, timeoutMs = TIMEOUT_MS, clock = Date.now }: PublicKeysOptions): PublicKeys {
  const kept = new Map<string, Kept>()

  /** Whoever asks meanwhile waits for this one. A key that was good yesterday is better than none today. */
  function renew(url: string, before: Kept | undefined): Promise<KeyObject> {
    const key = fetchKey(url, timeoutMs).then(
      (fetched) => {
        entry.until = clock() + KEEP_MS
        return fetched
      },
      (cause: unknown) => {
        entry.until = clock() + KEEP_FAILURE_MS
        if (before !== undefined) return before.key
        throw unreachable(url, cause)
      },
    )
    const entry: Kept = { until: Number.POSITIVE_INFINITY, key }
    kept.set(url, entry)
    return key
  }

  return {
    async find(encoded) {
      const url = trustedUrl(urls, encoded)
      const known = kept.get(url)
      return await (known !== undefined && clock() < known.until ? known.key : renew(url, known))
    },
  }
}

function unreachable(url: string, cause: unknown): PosternError {
  const detail = `The key at ${url} could not be fetched. This server must reach it.`
  return new PosternError('callback-key-unreachable', detail, {}, { cause })
}

/** By comparison of whole texts, so that no user name, port, dot or slash can make another host look like this one. */
function trustedUrl(urls: readonly string[], encoded: string): string {
  const bytes = readBase64(encoded)
  const named = bytes && readUtf8(bytes)
  const url = urls.find((trusted) => named === trusted || named === overHttp(trusted))
  if (url !== undefined) return url
  const detail = 'Its x-oss-pub-key-url is not the address of a key that is trusted here: see callback.keyUrls.'
  throw new PosternError('callback-unverified', detail)
}

/** OSS names its key by http; it is fetched by https all the same. */
function overHttp(url: string): string {
  return url.replace(/^https:/, 'http:')
}

async function fetchKey(url: string, timeoutMs: number): Promise<KeyObject> {
  const signal = AbortSignal.timeout(timeoutMs)
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: '*/*' } })
  const bytes = await readBoundedBytes(response.body, MAX_KEY_BYTES)
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`)
  if (bytes === undefined) throw new Error(`${url} answered with over ${MAX_KEY_BYTES} bytes.`)
  const key = createPublicKey(Buffer.from(bytes))
  if (key.asymmetricKeyType !== 'rsa') throw new Error(`${url} holds no RSA key.`)
  return key
}
