import type { ErrorCode } from '../../base/errors.ts'
import { PosternError } from '../../base/request-errors.ts'
import { element, isXmlText, text } from '../../base/xml.ts'
import type { RequestAddress } from '../../sign/request-address.ts'

/** What a query parameter says. Of several with one name the first counts; clients send an empty one for none. */
export function queryValue({ query }: RequestAddress, name: string): string | undefined {
  const value = query.find(([known]) => known === name)?.[1]
  return value === '' ? undefined : value
}

interface NumberRange {
  readonly min: number
  readonly max: number
  /** What counts where the query has none. */
  readonly otherwise: number
  /** What a value that is no such number is refused with. */
  readonly code?: ErrorCode
}

/** The whole number that a query parameter gives. */
export function queryNumber(address: RequestAddress, name: string, range: NumberRange): number {
  const { min, max, otherwise, code } = range
  const value = queryValue(address, name)
  if (value === undefined) return otherwise
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw argumentInvalid(name, value, `is a whole number from ${min} to ${max}`, code)
}

/** How the names of objects stand in an answer: as they are, or percent-encoded, so that XML can hold every character. */
export interface NameEncoding {
  /** `<EncodingType>`, or nothing. */
  readonly element: string
  /** An element that holds a name. A name that XML cannot hold is refused: ask before anything is done. */
  readonly named: (elementName: string, name: string) => string
}

/** The names' encoding that `encoding-type` asks for. */
export function nameEncoding(address: RequestAddress): NameEncoding {
  const asked = queryValue(address, 'encoding-type')
  if (asked === undefined) return PLAIN
  if (asked === 'url') return URL_ENCODED
  if (OTHER_ENCODINGS.has(asked))
    throw new PosternError('operation-unknown', `This store does not do encoding-type=${asked}.`)
  throw argumentInvalid('encoding-type', asked, 'is "url", or is not there', 'encoding-type-invalid')
}

const OTHER_ENCODINGS = new Set(['url2', 'base64']) // of OSS; https://help.aliyun.com/zh/oss/support/0017-00000235
const PLAIN: NameEncoding = { element: '', named: (elementName, name) => element(elementName, plain(name)) }
const URL_ENCODED: NameEncoding = {
  element: element('EncodingType', 'url'),
  named: (elementName, name) => element(elementName, encodeURIComponent(name)),
}

/** OSS answers XML here that no parser takes. A replaced character would be another object's name. */
function plain(name: string): string {
  if (isXmlText(name)) return text(name)
  const shown = encodeURIComponent(name)
  throw new PosternError('name-not-in-xml', `Ask with encoding-type=url. It is "${shown}", percent-encoded.`)
}

/** The refusal of a query parameter. @param rule what it is, after its name */
export function argumentInvalid(
  name: string,
  value: string,
  rule: string,
  code: ErrorCode = 'argument-invalid',
): PosternError {
  const shown = value.slice(0, 100)
  const facts = { ArgumentName: name, ArgumentValue: shown }
  return new PosternError(code, `"${name}" ${rule}; this one is "${shown}".`, facts)
}
