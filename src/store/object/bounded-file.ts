import { FORM_LIMITS } from '../../base/limits.ts'
import { refusal } from '../../policy/refusal.ts'

export interface FileBounds {
  readonly maxBytes: number
  /** Bytes of the body that were announced and have not been read. */
  readonly left: () => number
  /** What closes the form after its file. */
  readonly closingBytes: number
}

/**
 * The file as it comes, refused at its first bytes where the announced length leaves no doubt that it is too large, and
 * at the first byte too many in any case. docs/spec/form-hazards.md section 2, row 27.
 */
export async function* boundedFile(
  content: AsyncIterable<Uint8Array>,
  { maxBytes, left, closingBytes }: FileBounds,
): AsyncGenerator<Uint8Array, void> {
  let size = 0
  for await (const piece of content) {
    size += piece.length
    const whole = size + Math.max(0, left() - closingBytes)
    if (size > maxBytes || whole > maxBytes + FORM_LIMITS.maxEpilogueBytes)
      throw refusal([{ kind: 'too-large', size: whole, max: maxBytes }])
    yield piece
  }
}
