import type { ErrorCode, Facts } from '../../base/errors.ts'
import { PosternError } from '../../base/issuer-errors.ts'
import type { StoredPart } from '../storage/storage-client.ts'
import type { UploadFacts } from '../token/upload-token.ts'

const MAX_SHOWN = 20

/** The parts with these numbers, or `upload-incomplete`, which names those that are missing. */
export function chooseParts(parts: readonly StoredPart[], numbers: readonly number[]): readonly StoredPart[] {
  const stored = new Map(parts.map((part) => [part.number, part]))
  const chosen = numbers.map((number) => stored.get(number))
  const missing = numbers.filter((_, index) => chosen[index] === undefined)
  if (missing.length > 0) throw incomplete(missing)
  return chosen.filter((part) => part !== undefined)
}

/** Why these bytes in all are not what was let in, or `undefined` where they are. */
export function whyTotalRefused({ size, minSize, maxSize }: UploadFacts, total: number): PosternError | undefined {
  const refusal = (code: ErrorCode, why: string, facts: Facts) =>
    new PosternError(code, `The parts have ${total} bytes; ${why}. The upload was aborted.`, facts)
  const ProposedSize = `${total}`
  if (size !== undefined && total !== size)
    return refusal('upload-mismatch', `${size} were announced`, { Differs: 'size' })
  if (total > maxSize)
    return refusal('file-too-large', `${maxSize} are allowed here`, { ProposedSize, MaxSizeAllowed: `${maxSize}` })
  if (total < minSize)
    return refusal('file-too-small', `${minSize} are asked for here`, { ProposedSize, MinSizeAllowed: `${minSize}` })
  return undefined
}

function incomplete(missing: readonly number[]): PosternError {
  const shown = missing.slice(0, MAX_SHOWN).join(', ')
  const detail = `${missing.length} parts are not there yet: ${shown}${missing.length > MAX_SHOWN ? ', …' : ''}. Send them, then ask again.`
  return new PosternError('upload-incomplete', detail, { MissingParts: shown })
}
