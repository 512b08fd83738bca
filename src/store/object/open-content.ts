import type { Blobs, ByteRange } from '../disk/blobs.ts'
import type { Content } from '../disk/records.ts'

/**
 * The bytes of an object, at hand or open already: from here on they can be read to the end, even if the object is
 * replaced. Whoever gets them reads them or returns their iterator; should the client go away, the signal closes them.
 */
export async function openContent(
  blobs: Blobs,
  content: Content,
  range: ByteRange | undefined,
  signal: AbortSignal,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  if (content.kind === 'inline')
    return range === undefined ? content.bytes : content.bytes.subarray(range.start, range.end + 1)
  const chunks = blobs.open(content, range)[Symbol.asyncIterator]()
  const close = async (): Promise<IteratorResult<Uint8Array>> => (await chunks.return?.()) ?? DONE
  let first: IteratorResult<Uint8Array> | undefined = await chunks.next()
  if (signal.aborted) await close()
  else signal.addEventListener('abort', () => void close(), { once: true })

  async function next(): Promise<IteratorResult<Uint8Array>> {
    const step = first ?? (await chunks.next())
    first = undefined
    return step
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: close }) }
}

const DONE = { done: true, value: undefined } as const
