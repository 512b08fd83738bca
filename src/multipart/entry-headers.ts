import { PosternError } from '../base/known-errors.ts'
import type { FormLimits } from '../base/limits.ts'
import type { BodyReader } from './body-reader.ts'
import type { Entry } from './entry.ts'
import { parseParameters, skipToken } from './parameters.ts'
import { shown } from './shown.ts'
import { utf8Text } from './utf8-text.ts'

/** What an entry says of itself before its content. */
type EntryHead = Omit<Entry, 'content'>

type HeaderLimits = Pick<FormLimits, 'maxEntryHeaderBytes' | 'maxEntryHeaders'>

/** Reads an entry's header lines, and the empty line after them. */
export async function readEntryHead(reader: BodyReader, limits: HeaderLimits): Promise<EntryHead> {
  const lines: string[] = []
  let left = limits.maxEntryHeaderBytes
  for (;;) {
    const line = await readHeaderLine(reader, Math.max(0, left - LINE_END_BYTES), limits)
    if (line.length === 0) return parseEntryHead(lines)
    if (lines.length === limits.maxEntryHeaders) {
      throw new PosternError('entry-header-too-long', `An entry may have ${limits.maxEntryHeaders} headers.`)
    }
    lines.push(headerText(line))
    left -= line.length + LINE_END_BYTES
  }
}

async function readHeaderLine(reader: BodyReader, maxBytes: number, limits: HeaderLimits): Promise<Buffer> {
  const { bytes, end } = await reader.line(maxBytes)
  if (end === 'crlf') return bytes
  if (end === 'body') throw new PosternError('form-malformed', 'The body ends inside the headers of an entry.')
  if (end === 'lf') throw malformed('A header of an entry ends in a bare LF; it must end in CRLF.')
  throw new PosternError('entry-header-too-long', `An entry may have ${limits.maxEntryHeaderBytes} bytes of headers.`)
}

function headerText(line: Buffer): string {
  const text = utf8Text(line)
  if (text === undefined)
    throw malformed('A header of an entry is not UTF-8. Names and file names must be sent as UTF-8.')
  if (text.includes('\0') || text.includes('\r')) throw malformed('A header of an entry holds a NUL or a bare CR.')
  return text
}

/** Header lines → what they say. @see docs/spec/post-object.md section 2 */
function parseEntryHead(lines: readonly string[]): EntryHead {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [name, value] = parseHeader(line)
    if (headers.has(name)) throw malformed(`An entry has the header ${shown(name)} twice.`)
    headers.set(name, value)
  }
  const disposition = headers.get('content-disposition')
  if (disposition === undefined) throw malformed('An entry has no Content-Disposition.')
  return { ...parseDisposition(disposition), ...contentType(headers), headers }
}

function parseHeader(line: string): [name: string, value: string] {
  if (line.startsWith(' ') || line.startsWith('\t')) {
    throw malformed('A header of an entry begins with a space; headers cannot be folded.')
  }
  const colon = skipToken(line, 0)
  if (colon === 0 || line[colon] !== ':') throw malformed(`This is no header of an entry: ${shown(line)}.`)
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function parseDisposition(value: string): Pick<Entry, 'name' | 'filename' | 'hasExtendedFilename'> {
  const typeEnd = skipToken(value, 0)
  if (value.slice(0, typeEnd).toLowerCase() !== 'form-data') {
    throw malformed(`The Content-Disposition of an entry must be form-data, not ${shown(value)}.`)
  }
  const parameters = parseParameters(value.slice(typeEnd))
  if (typeof parameters === 'string') throw malformed(`A Content-Disposition cannot be read: ${parameters}.`)
  const name = parameters.get('name')
  if (name === undefined || name === '') throw malformed('An entry has no name.')
  const filename = parameters.get('filename')
  // also `filename*0` and the like, the pieces of RFC 2231, which a form may not use either
  const hasExtendedFilename = [...parameters.keys()].some((parameter) => parameter.startsWith('filename*'))
  return { name, hasExtendedFilename, ...(filename === undefined ? {} : { filename }) }
}

function contentType(headers: ReadonlyMap<string, string>): { contentType?: string } {
  const type = headers.get('content-type')
  return type === undefined || type === '' ? {} : { contentType: type }
}

function malformed(detail: string): PosternError {
  return new PosternError('entry-malformed', detail)
}

const LINE_END_BYTES = 2
