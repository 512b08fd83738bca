import { expect } from 'vitest'
import { utf8 } from '../../../src/base/bytes.ts'
import type { Credential } from '../../../src/sign/signer.ts'
import { BUCKET, crcOf, type Ground } from './ground.ts'
import { hasDotSegment, KEYS } from './keys.ts'
import type { Answered, ObjectClient, Refused } from './object-client.ts'
import type { OperationName } from './results.ts'

/** What an operation needs to try a client out. */
export interface Trial {
  readonly client: ObjectClient
  readonly ground: Ground
  /** The same client with another credential. */
  as(credential: Credential): Promise<ObjectClient>
  /** Whether the client has what this operation needs. */
  runs(operation: OperationName): boolean
}

/** Tries one operation; throws where the client is not served as OSS serves it. */
export type Steps = (trial: Trial) => Promise<void>

/** The keys that this client can name. */
export function keysOf(client: ObjectClient): readonly string[] {
  return client.foldsDotSegments ? KEYS.filter((key) => !hasDotSegment(key)) : KEYS
}

/** A key that no test has used. It begins with the bucket's name, which must not be taken for the bucket. */
export function freshKey(): string {
  return `${BUCKET}/fresh/照片 ${fresh++}+%41.txt`
}

let fresh = 0

/** `size` bytes that no two calls give alike. */
export function contentOf(size: number): Buffer {
  const content = Buffer.alloc(size, `content ${fresh++} of 照片, `)
  for (let at = 0; at < size; at += 1021) content[at] = at % 251 // else every part of a large one would be the same
  return content
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

/** Expects a refusal with this status and this `Code`. */
export async function expectRefused(call: Promise<unknown>, status: number, code: string): Promise<void> {
  const refused: Refused = { status, code }
  await expect(call).rejects.toMatchObject(refused)
}

/** Expects the content to be kept, whole, and the client to have been told its CRC-64. */
export async function expectKept(ground: Ground, key: string, content: Uint8Array | string, answered?: Answered) {
  const bytes = typeof content === 'string' ? utf8(content) : content
  const kept = await ground.kept(key)
  expect(kept?.bytes.length, key).toBe(bytes.length)
  expect(kept?.bytes.equals(bytes), key).toBe(true) // without a diff: of a large object it helps nobody
  if (answered !== undefined) await expectCrc(answered, bytes)
}

/** ali-oss and curl do not look at the CRC-64, so it is looked at for them. */
export async function expectCrc({ headers }: Answered, content: Uint8Array): Promise<void> {
  expect(headers['x-oss-hash-crc64ecma']).toBe(await crcOf(content))
}
