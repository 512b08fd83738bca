import { PosternError } from '../base/issuer-errors.ts'
import { bodyLengthOf } from '../http/body-length.ts'

/** All of a body, read as it comes; `undefined` once it is over the bound, however long it says it is. */
export async function readBoundedBytes(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > maxBytes) return undefined // leaving the loop cancels the body
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The same of a request; `body-incomplete` where its client leaves in the middle, which is no fault of the issuer. One that cannot
 * be longer than the bound is read whole: a stream of the web takes as long as the rest of an answer (bench/results.md).
 */
export async function readBoundedBody(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  const length = bodyLengthOf(request)
  try {
    if (length === undefined || length > maxBytes) return await readBoundedBytes(request.body, maxBytes)
    return new Uint8Array(await request.arrayBuffer())
  } catch (cause) {
    throw new PosternError('body-incomplete', 'The connection ended before all of the body had come.', {}, { cause })
  }
}
