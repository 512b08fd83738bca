import type { Credential } from '../sign/signer.ts'
import { createIssuer, type IssuerOptions } from './create-issuer.ts'
import type { Handler } from './handler.ts'
import { type OssOptions, oss } from './storage/oss.ts'
import type { Storage } from './storage/storage.ts'

export const CREDENTIAL: Credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
export const NOW = new Date('2026-11-24T23:30:05.678Z')
/** A bucket that nobody reaches. */
export function testStorage(options: Partial<OssOptions> = {}): Storage {
  return oss({ bucket: 'photos', region: 'cn-hangzhou', credential: CREDENTIAL, ...options })
}
export const STORAGE = testStorage()
export const SIGNATURE_PATH = '/get_post_signature_for_oss_upload'

/** An issuer for tests: everybody may upload, and it is always the same moment. */
export function testIssuer(options: Partial<IssuerOptions> = {}): Handler {
  return createIssuer({
    storage: STORAGE,
    authorize: 'public',
    now: () => NOW,
    onError: (error) => {
      throw error
    },
    ...options,
  })
}

export const PNG = { filename: 'cat.png', size: 1024, type: 'image/png' }

/** `POST /uploads` with this body. */
export function ask(issuer: Handler, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return issuer(
    new Request('http://app.local/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )
}

export function get(issuer: Handler, path: string, method = 'GET'): Promise<Response> {
  return issuer(new Request(`http://app.local${path}`, { method }))
}

/** The policy inside of a form or an answer, as text. */
export function policyTextOf(encoded: string): string {
  return Buffer.from(encoded, 'base64').toString('utf8')
}

/** The policy's conditions, as they are written. */
export function conditionsOf(encoded: string): unknown[] {
  return JSON.parse(policyTextOf(encoded)).conditions
}
