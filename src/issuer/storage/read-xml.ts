import { XMLParser } from 'fast-xml-parser'

/** An element of an answer: texts and elements by name, each as often as it stands there. */
export type XmlElement = ReadonlyMap<string, readonly unknown[]>

/** Numbers stay text: an id of digits is no number. Names stay without their namespace. */
const parser = new XMLParser({
  parseTagValue: false,
  isArray: () => true,
  removeNSPrefix: true,
  ignoreAttributes: true,
})

/**
 * The root element's content, or `undefined` where the text is no such document. A DOCTYPE is no part of any answer, and
 * could make a small text swell.
 */
export function readXml(xml: string, root: string): XmlElement | undefined {
  if (xml.includes('<!DOCTYPE')) return undefined
  try {
    return elements(asElement(parser.parse(xml)), root)[0]
  } catch {
    return undefined
  }
}

/** The children of this name that are elements themselves. */
export function elements(parent: XmlElement, name: string): XmlElement[] {
  return (parent.get(name) ?? []).map(asElement)
}

/** The text of the first child of this name. */
export function textOf(parent: XmlElement | undefined, name: string): string | undefined {
  const child = parent?.get(name)?.[0]
  return typeof child === 'string' ? child : undefined
}

function asElement(value: unknown): XmlElement {
  return new Map(Object.entries(value instanceof Object ? value : {}))
}
