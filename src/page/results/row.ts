import type { PosternError } from '../../base/errors.ts'
import type { NamedBlob } from '../../client/transport.ts'
import type { UploadedObject } from '../../client/upload-handle.ts'
import type { ErrorDescription } from '../../locales/describe-error.ts'
import { sizeText } from '../../locales/size-text.ts'
import type { Comparison } from '../checksum/compare-checksum.ts'
import { facts, link, node } from '../dom.ts'
import type { Words } from '../words/words.ts'
import { copyButtons } from './copy-buttons.ts'
import { errorDetails } from './error-details.ts'

/** The row of a stored file, and what completes it once the file has been held against its object. */
interface StoredRow {
  readonly row: HTMLElement
  readonly told: (comparison: Comparison) => void
}

export function storedRow(file: NamedBlob, object: UploadedObject, words: Words): StoredRow {
  const { results } = words
  const verdict = node('span', 'verdict', object.crc64 === undefined ? '' : results.comparing)
  const copies = copyButtons(object, results)
  const outcome = node('span', 'outcome', results.stored)
  const title = heading(file.name, outcome)
  const row = node(
    'li',
    'stored',
    title,
    facts([
      [results.link, node('span', '', link(object.url, object.key), copies)],
      [results.size, sizeText(object.size, words.errors)],
      [results.type, file.type === '' ? results.unknownType : file.type],
      ['ETag', object.etag?.replaceAll('"', '')], // HTTP's quotes, which not every answer has
      ['CRC-64', object.crc64 === undefined ? verdict : node('span', '', object.crc64, ' ', verdict)],
    ]),
  )
  const told = (comparison: Comparison) => {
    const sentence = results.comparisons[comparison]
    if (comparison === 'differs') {
      verdict.remove()
      row.className = 'failed differs'
      outcome.textContent = results.differs
      title.after(node('p', 'reason', sentence))
    } else {
      verdict.textContent = sentence
      verdict.classList.add(comparison)
    }
  }
  return { row, told }
}

export function failedRow(
  name: string,
  error: PosternError,
  { title, advice }: ErrorDescription,
  words: Words,
): HTMLElement {
  const { results } = words
  return node(
    'li',
    'failed',
    heading(name, node('span', 'outcome', results.failed)),
    node('p', 'reason', title),
    node('p', 'advice', advice),
    errorDetails(error, words),
  )
}

function heading(name: string, outcome: HTMLElement): HTMLElement {
  return node('h3', '', node('bdi', '', name), outcome)
}
