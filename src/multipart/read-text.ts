import { PosternError } from '../base/known-errors.ts'
import type { Entry } from './entry.ts'
import { GrowingBytes } from './growing-bytes.ts'
import { shown } from './shown.ts'
import { utf8Text } from './utf8-text.ts'

/** An entry's content as UTF-8 text, whatever charset it claims: docs/spec/form-hazards.md section 2, row 23. */
export async function readText(
  entry: Entry,
  maxBytes: number,
  tooLong: () => PosternError,
): Promise<{ text: string; bytes: number }> {
  const collected = new GrowingBytes()
  for await (const piece of entry.content) {
    if (collected.length + piece.length > maxBytes) throw tooLong()
    collected.append(piece)
  }
  const text = utf8Text(collected.view())
  if (text === undefined) throw new PosternError('entry-malformed', `The field ${shown(entry.name)} is not UTF-8.`)
  return { text, bytes: collected.length }
}
