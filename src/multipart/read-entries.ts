import { PosternError } from '../base/known-errors.ts'
import { FORM_LIMITS, type FormLimits } from '../base/limits.ts'
import { BodyReader } from './body-reader.ts'
import { isBoundary } from './boundary.ts'
import { DelimitedContent } from './delimited-content.ts'
import type { Entry } from './entry.ts'
import { readEntryHead } from './entry-headers.ts'

/**
 * Reads a multipart/form-data body entry by entry. Nothing of an entry's content is kept; what the caller leaves of it
 * unread is passed over when the next entry is asked for. Ending early returns the body's iterator, once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
 * @see docs/spec/form-hazards.md section 2
 */
export async function* readEntries(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: Partial<FormLimits> = {},
): AsyncGenerator<Entry, void> {
  if (!isBoundary(boundary)) throw new TypeError('readEntries takes a boundary as parseBoundary gives it.')
  const bounds = { ...FORM_LIMITS, ...limits }
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  const reader = new BodyReader(body)
  try {
    let isLast = await skipPreamble(reader, delimiter, bounds.maxPreambleBytes)
    for (let count = 1; !isLast; count++) {
      if (count > bounds.maxEntries)
        throw new PosternError('entry-too-many', `A form may have ${bounds.maxEntries} entries.`)
      const head = await readEntryHead(reader, bounds)
      const content = new DelimitedContent(reader, delimiter)
      yield { ...head, content }
      isLast = (await content.skip()).isLast
    }
    await skipEpilogue(reader, bounds.maxEpilogueBytes)
  } finally {
    await reader.close()
  }
}

/** The first delimiter may stand at the very beginning, so the body is read as if a line end came before it. */
async function skipPreamble(reader: BodyReader, delimiter: Buffer, maxBytes: number): Promise<boolean> {
  const preamble = new DelimitedContent(reader, delimiter, LINE_END_BYTES)
  const { isLast, skipped } = await preamble.skip(maxBytes + LINE_END_BYTES)
  if (skipped <= maxBytes + LINE_END_BYTES) return isLast
  const expected = JSON.stringify(delimiter.toString('latin1').trim())
  throw new PosternError('form-malformed', `The body does not begin with the delimiter ${expected}.`)
}

async function skipEpilogue(reader: BodyReader, maxBytes: number): Promise<void> {
  let skipped = 0
  for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk()) {
    skipped += chunk.length
    if (skipped > maxBytes) {
      throw new PosternError('form-malformed', `More than ${maxBytes} bytes follow the last delimiter.`)
    }
    reader.advance(chunk.length)
  }
}

const LINE_END_BYTES = 2
