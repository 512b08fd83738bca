/** Text made safe to stand inside an element. Characters that XML 1.0 cannot hold become U+FFFD. */
export function text(value: string): string {
  if (!UNUSUAL.test(value)) return value
  let out = ''
  for (const character of value) out += ESCAPES.get(character) ?? (allowed(character) ? character : '\uFFFD')
  return out
}

/** Whether XML 1.0 can hold this text as it is: control characters, U+FFFE and U+FFFF have no place there, not even as references. */
export function isXmlText(value: string): boolean {
  if (!UNUSUAL.test(value)) return true
  for (const character of value) if (!allowed(character) && character !== '\r') return false
  return true
}

/** The character that `&name;` stands for, or `undefined` where that is none: `amp`, `#38`, `#x26`. */
export function readReference(name: string): string | undefined {
  const known = ENTITIES.get(name)
  if (known !== undefined || !/^#(\d{1,7}|x[\da-fA-F]{1,6})$/.test(name)) return known
  const point = Number(`0${name.slice(1)}`) // `0x26`, or `038`, which is decimal
  return point > 0x10ffff || isSurrogate(point) ? undefined : String.fromCodePoint(point)
}

/** An element around content that is already XML. */
export function element(name: string, ...content: readonly string[]): string {
  return `<${name}>${content.length === 1 ? content[0] : content.join('')}</${name}>`
}

/** A whole document: the declaration, then the root. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`
}

/**
 * The texts of `<Root><Name>text</Name>…</Root>`, the shape of every error and of PostResponse, by name; `undefined` where
 * there is no such root. Elements that hold texts are read, however deep they stand; `<EC/>` is absent. Never throws.
 */
export function readElements(xml: string, root: string): Map<string, string> | undefined {
  const start = xml.indexOf(`<${root}>`)
  const end = xml.lastIndexOf(`</${root}>`)
  if (start < 0 || end < start) return undefined
  const texts = xml.slice(start, end).matchAll(/<([^<>/]+)>([^<]*)<\/\1>/g)
  return new Map(Array.from(texts, ([, name = '', value = '']) => [name, unescaped(value)]))
}

function unescaped(value: string): string {
  return value.replace(/&(#?\w{1,8});/g, (reference, name) => readReference(name) ?? reference)
}

/** @see https://www.w3.org/TR/xml/#charsets */
function allowed(character: string): boolean {
  const point = character.codePointAt(0) ?? 0
  if (point < 0x20) return point === 0x09 || point === 0x0a
  return !isSurrogate(point) && point !== 0xfffe && point !== 0xffff
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff
}

/** Where none of these is, nothing has to be looked at one by one. */
const UNUSUAL = /[<>&"'\p{Cc}\p{Cs}\uFFFE\uFFFF]/u
const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])
const ESCAPES = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['&', '&amp;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\r', '&#13;'], // a bare CR would be read back as a line feed
])
