import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { readUtf8 } from '../../base/bytes.ts'
import { PosternError } from '../../base/request-errors.ts'
import { readReference } from '../../base/xml.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import { checkedBody } from './checked-body.ts'

/** An element that holds others. Names come from outside: ask for children by {@link elements} and {@link texts}. */
export type XmlElement = ReadonlyMap<string, readonly unknown[]>

/**
 * The XML document in a request's body; `undefined` where the body is empty. Whatever is no such document is refused, a
 * DOCTYPE with it: no document of this protocol has one, and it can swell.
 */
export async function readDocument(
  request: StoreRequest,
  root: string,
  maxBytes: number,
  tooLarge: (detail: string) => PosternError = malformed,
  maxTags = MAX_TAGS,
): Promise<XmlElement | undefined> {
  const xml = await readText(request, maxBytes, tooLarge)
  if (xml.trim() === '') return undefined
  refuseManyTags(xml, maxTags)
  const [found] = elements(parse(xml), root)
  if (found === undefined) throw malformed(`Its root must be <${root}>.`)
  return found
}

/** The children of this name that are elements themselves. */
export function elements(parent: XmlElement, name: string): XmlElement[] {
  return (parent.get(name) ?? []).map(asElement)
}

/** The texts of the children of this name, without white space around them. */
export function texts(parent: XmlElement, name: string): string[] {
  return exactTexts(parent, name).map((value) => value.trim())
}

/** The same with the white space: a key or a tag may begin and end with it. */
export function exactTexts(parent: XmlElement, name: string): string[] {
  return (parent.get(name) ?? []).map((child) => {
    if (typeof child === 'string') return decoded(child)
    throw malformed(`<${name}> holds text alone, no element and no CDATA.`)
  })
}

export function malformed(detail: string): PosternError {
  return new PosternError('xml-malformed', detail)
}

async function readText(
  request: StoreRequest,
  maxBytes: number,
  tooLarge: (detail: string) => PosternError,
): Promise<string> {
  const body = checkedBody(request)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body.chunks) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(`The document may have ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  body.check()
  const text = readUtf8(Buffer.concat(chunks))
  if (text === undefined) throw malformed('It is not UTF-8.')
  return text
}

/** Enough for the longest document there is, a list of ten thousand parts. */
const MAX_TAGS = 70_000

/** Bytes alone are no measure: a megabyte of small elements takes the parser a second, in which nothing else is done. */
function refuseManyTags(xml: string, maxTags: number): void {
  let tags = 0
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', at + 1))
    if (++tags > maxTags) throw malformed(`It has more than ${maxTags} tags.`)
}

/** Everything is a list, so that one rule and two read alike; texts stay as they stand, for {@link decoded}. */
const parser = new XMLParser({
  parseTagValue: false,
  isArray: () => true,
  trimValues: false,
  processEntities: false, // it drops `&#1;`, which OSS's SDKs write for a key that has one
  cdataPropName: '#cdata', // apart, because no reference in it counts
})

function decoded(value: string): string {
  return value.replaceAll(/&([^&;]*)(;?)/g, (reference: string, name: string, end: string) => {
    const character = end === '' ? undefined : readReference(name)
    if (character === undefined) throw malformed(`"${reference.slice(0, 20)}" stands for no character.`)
    return character
  })
}

function parse(xml: string): XmlElement {
  if (xml.includes('<!DOCTYPE')) throw malformed('It must not have a DOCTYPE.')
  if (XMLValidator.validate(xml) !== true) throw malformed('')
  try {
    return asElement(parser.parse(xml))
  } catch (cause) {
    // names that JavaScript keeps for itself, and nesting without end
    throw new PosternError('xml-malformed', 'It holds what no document of this protocol has.', {}, { cause })
  }
}

function asElement(value: unknown): XmlElement {
  return new Map(Object.entries(value instanceof Object ? value : {}))
}
