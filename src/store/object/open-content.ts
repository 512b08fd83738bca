import type { Blobs, ByteRange } from '../disk/blobs.ts'
import type { Content } from '../disk/records.ts'

/**
 * The bytes of an object, which can be read to the end from here on, even if the object is replaced. Whoever gets them
 * reads them or returns their iterator; should the client go away, the signal closes them.
 */
export function openContent(
  blobs: Blobs,
  content: Content,
  range: ByteRange | undefined,
  signal: AbortSignal,
): Uint8Array | AsyncIterable<Uint8Array> {
  if (content.kind === 'inline')
    return range === undefined ? content.bytes : content.bytes.subarray(range.start, range.end + 1)
  const chunks = blobs.open(content, range)[Symbol.asyncIterator]()
  const close = async (): Promise<IteratorResult<Uint8Array>> => (await chunks.return?.()) ?? DONE
  if (signal.aborted) void close()
  else signal.addEventListener('abort', () => void close(), { once: true })
  return { [Symbol.asyncIterator]: () => ({ next: () => chunks.next(), return: close }) }
}

const DONE = { done: true, value: undefined } as const
