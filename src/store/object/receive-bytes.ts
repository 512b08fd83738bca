import { PosternError } from '../../base/request-errors.ts'
import type { Blobs } from '../disk/blobs.ts'
import type { Content, Digest } from '../disk/records.ts'

/** Bytes that are durable and that no record names yet. */
export interface Received {
  readonly digest: Digest
  readonly content: Content
}

/**
 * Keeps bytes until a record names them: they are published once `settle` finds them right. If this throws, nothing of
 * them stays.
 */
export async function receiveBytes(
  blobs: Blobs,
  source: AsyncIterable<Uint8Array>,
  settle: (digest: Digest) => void | Promise<void>,
  options: Parameters<Blobs['stage']>[1] = {},
): Promise<Received> {
  const staged = await blobs.stage(source, options)
  try {
    await settle(staged.digest)
    return { digest: staged.digest, content: await staged.publish() }
  } catch (error) {
    await staged.discard()
    throw error
  }
}

/**
 * Writes the record that names these bytes. A refusal leaves nothing of them; after any other error nobody knows whether the
 * record stands, so they stay, and the next start's sweep decides.
 */
export async function nameBytes<T>(blobs: Blobs, content: Content, writeRecord: () => Promise<T>): Promise<T> {
  try {
    return await writeRecord()
  } catch (error) {
    if (error instanceof PosternError) await discardBytes(blobs, content)
    throw error
  }
}

/** Removes bytes that no record came to name. */
export async function discardBytes(blobs: Blobs, content: Content): Promise<void> {
  if (content.kind === 'blob') await blobs.remove(content.name)
}
