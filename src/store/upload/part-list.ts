import { MAX_PART_LIST_BYTES, MAX_PARTS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import { elements, malformed, readDocument, texts, type XmlElement } from '../request/read-document.ts'
import { parsePartNumber } from './upload-place.ts'

/** A part as whoever completes an upload names it. */
export interface NamedPart {
  readonly number: number
  /** As it came, with quotes or without. */
  readonly etag: string
}

/** The parts that the object shall have, in the order of their numbers; or all that are there. */
export type PartList = readonly NamedPart[] | 'all'

/** Reads the body of a complete: the list, or nothing where the header asks for all. @see docs/spec/object-api.md section 5 */
export async function readPartList(request: StoreRequest): Promise<PartList> {
  const all = readCompleteAll(request.headers.get('x-oss-complete-all'))
  const document = await readDocument(request, 'CompleteMultipartUpload', MAX_PART_LIST_BYTES)
  if (all && document !== undefined) throw new PosternError('complete-all-with-list', 'Send one of them.', ALL)
  if (all) return 'all'
  if (document === undefined) throw malformed('It is empty: list the parts, or send x-oss-complete-all: yes.')
  const parts = elements(document, 'Part')
  if (parts.length === 0) throw malformed('It lists no <Part>.')
  if (parts.length > MAX_PARTS) throw malformed(`It lists ${parts.length} parts; an upload has ${MAX_PARTS} at most.`)
  return inOrder(parts.map(namedPart))
}

const COMPLETE_ALL = 'x-oss-complete-all'
const ALL = { ArgumentName: COMPLETE_ALL, ArgumentValue: 'yes' }

function readCompleteAll(value: string | undefined): boolean {
  if (value === undefined || value === 'yes') return value === 'yes'
  const shown = value.slice(0, 100)
  const facts = { ArgumentName: COMPLETE_ALL, ArgumentValue: shown }
  throw new PosternError(
    'argument-invalid',
    `"${COMPLETE_ALL}" is "yes", or is not there; this one is "${shown}".`,
    facts,
  )
}

function namedPart(part: XmlElement): NamedPart {
  return { number: parsePartNumber(onlyText(part, 'PartNumber')), etag: onlyText(part, 'ETag') }
}

function onlyText(part: XmlElement, name: string): string {
  const [value, second] = texts(part, name)
  if (value === undefined || second !== undefined) throw malformed(`Every <Part> has one <${name}>.`)
  return value
}

/** A number given twice is out of order too: else nobody could say which of the two ETags was meant. */
function inOrder(parts: readonly NamedPart[]): readonly NamedPart[] {
  let before = 0
  for (const { number } of parts) {
    if (number <= before) {
      const facts = { PartNumber: String(number) }
      throw new PosternError('part-order-invalid', `Part ${number} stands behind part ${before}.`, facts)
    }
    before = number
  }
  return parts
}
