import { PosternError } from '../../base/errors.ts'
import { element, text } from '../../base/xml.ts'
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
}

/** The whole number that a query parameter gives. */
export function queryNumber(address: RequestAddress, name: string, { min, max, otherwise }: NumberRange): number {
  const value = queryValue(address, name)
  if (value === undefined) return otherwise
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw argumentInvalid(name, value, `is a whole number from ${min} to ${max}`)
}

/** How the names of objects stand in an answer: as they are, or percent-encoded, so that XML can hold every character. */
export interface NameEncoding {
  /** `<EncodingType>`, or nothing. */
  readonly element: string
  /** An element that holds a name. */
  readonly named: (elementName: string, name: string) => string
}

/** The names' encoding that `encoding-type` asks for. */
export function nameEncoding(address: RequestAddress): NameEncoding {
  const asked = queryValue(address, 'encoding-type')
  if (asked === undefined) return PLAIN
  if (asked === 'url') return URL_ENCODED
  throw argumentInvalid('encoding-type', asked, 'is "url", or is not there')
}

const PLAIN: NameEncoding = { element: '', named: (elementName, name) => element(elementName, text(name)) }
const URL_ENCODED: NameEncoding = {
  element: element('EncodingType', 'url'),
  named: (elementName, name) => element(elementName, encodeURIComponent(name)),
}

/** The refusal of a query parameter. @param rule what it is, after its name */
export function argumentInvalid(name: string, value: string, rule: string): PosternError {
  const shown = value.slice(0, 100)
  const facts = { ArgumentName: name, ArgumentValue: shown }
  return new PosternError('argument-invalid', `"${name}" ${rule}; this one is "${shown}".`, facts)
}
