import type { Credential } from '../sign/signer.ts'
import type { Signing, StorageRequest } from './storage/storage.ts'

/** A request that a browser makes itself: one PUT, with these headers and no other. */
export interface PresignedPut {
  readonly method: 'PUT'
  readonly url: string
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly expiresAt: string
}

export interface PutOptions {
  readonly key: string
  readonly query?: StorageRequest['query']
  /** Those that the browser must send. */
  readonly headers: Readonly<Record<string, string>>
  /** Bytes, where they are known: signed too, where the scheme can. The browser sends this header itself, and lets no page set it. */
  readonly size?: number | undefined
  readonly expiresInSeconds: number
}

/** One PUT, signed: its key, its query, its headers, and with all schemes but V1 its length. */
export function presignPut(signing: Signing, options: PutOptions, now: Date): PresignedPut {
  const { key, query = [], headers, size } = options
  const seconds = lifeSeconds(options.expiresInSeconds, signing.credential, now)
  const signed = { ...headers, ...(size !== undefined && { 'content-length': `${size}` }) }
  const url = signing.presign({ method: 'PUT', key, query, headers: signed }, seconds, now)
  return { method: 'PUT', url, headers, expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() }
}

/** What a temporary credential has signed ends with it; nobody is told of a longer life. */
function lifeSeconds(asked: number, { expires }: Credential, now: Date): number {
  if (expires === undefined) return asked
  return Math.max(1, Math.min(asked, Math.floor((expires.getTime() - now.getTime()) / 1000)))
}
