import { PosternError } from '../base/known-errors.ts'
import { FORM_LIMITS } from '../base/limits.ts'
import type { Entry } from './entry.ts'
import { shown } from './shown.ts'

/**
 * Refuses a file entry that OSS would refuse for its headers, and a form that has a misordered entry before it.
 *
 * @see docs/spec/post-object.md section 2
 */
export async function checkFileEntry(file: Entry, misordered?: Entry): Promise<void> {
  if (misordered !== undefined) throw dispositionNotFirst(misordered)
  if (file.hasExtendedFilename) throw await extendedFilename(file)
  const [, second] = file.headers.keys()
  if (second === undefined || FILE_HEADERS.has(second)) return
  const rule = 'Content-Type, Content-Length or Content-Transfer-Encoding may follow its Content-Disposition'
  throw new PosternError('file-header-unknown', `The file entry has the header ${shown(second)}; ${rule}.`)
}

/** EC 0006-00000109: .NET and aiohttp send Content-Type first, and OSS refuses them. */
function dispositionNotFirst(entry: Entry): PosternError {
  const [first] = entry.headers.keys()
  const rule = 'OSS wants Content-Disposition to be the first header of every entry'
  return new PosternError(
    'entry-malformed',
    `The entry ${shown(entry.name)} begins with the header ${shown(first ?? '')}; ${rule}.`,
  )
}

/**
 * OSS does not understand `filename*`, takes the file for a field, and tells its size. We tell it where that needs no
 * more reading than a field may have: docs/decisions/0010-reading-forms.md.
 */
async function extendedFilename(file: Entry): Promise<PosternError> {
  const size = await measure(file.content, FORM_LIMITS.maxFieldBytes)
  const proposed: Record<string, string> = size === undefined ? {} : { ProposedSize: String(size) }
  return new PosternError(
    'filename-star',
    'The file carries filename*, which OSS does not understand. Send filename="…" alone, in UTF-8.',
    { MaxSizeAllowed: String(FORM_LIMITS.maxFieldNameBytes), ...proposed },
  )
}

async function measure(content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number | undefined> {
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > maxBytes) return undefined
  }
  return size
}

/** What clients send after Content-Disposition: docs/decisions/0010-reading-forms.md. */
const FILE_HEADERS = new Set(['content-type', 'content-length', 'content-transfer-encoding'])
