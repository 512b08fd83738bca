import { expect, test } from 'vitest'
import { element, isXmlText, readElements, readReference, text, xmlDocument } from './xml.ts'

test('what is written is what is read back', () => {
  const value = 'a <b> & "c" \'d\' 中文 😀 ]]>\r\n\tend'
  expect(readElements(element('Error', element('Message', text(value))), 'Error')?.get('Message')).toBe(value)
})

test('characters that XML cannot hold become the replacement character', () => {
  expect(text('a\u0000b\u001Fc\uD800d\uFFFE')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFD')
})

test('the declaration and white space before the root are passed over', () => {
  expect(readElements(xmlDocument('<Error>\n <Code>NoSuchKey</Code>\n <EC/>\n</Error>'), 'Error')).toEqual(
    new Map([['Code', 'NoSuchKey']]),
  )
})

test.each([
  '',
  '<Error>',
  '<Error><Code></Error>',
  '<Error><Code',
  '</Error><Error>',
  '<html>',
  '<Error><a></b></Error>',
])('text that is not such a document gives nothing, never an exception: %j', (xml) => {
  expect(readElements(xml, 'Error')?.size ?? 0).toBe(0)
})

test('an unknown entity stays as it came', () => {
  expect(readElements('<E><A>&nbsp; &#x41; &#66; &#xFFFFFFF; &amp</A></E>', 'E')?.get('A')).toBe(
    '&nbsp; A B &#xFFFFFFF; &amp',
  )
})

test.each<[value: string, isHeld: boolean]>([
  ['', true],
  ['a/b c+d%.txt', true],
  ['<&>"\'', true],
  ['\t\r\n\x7F\x85', true],
  ['中文 😀 \u{10FFFF} \uFFFD', true],
  ['a\0', false],
  ['\x1F', false],
  ['\v', false],
  ['\uFFFE', false],
  ['\uFFFF', false],
  ['\uD83D', false],
])('XML can hold %j: %j', (value, isHeld) => {
  expect(isXmlText(value)).toBe(isHeld)
  expect(text(value).includes('\uFFFD')).toBe(!isHeld || value.includes('\uFFFD'))
})

test.each<[name: string, character: string | undefined]>([
  ['amp', '&'],
  ['apos', "'"],
  ['#34', '"'],
  ['#x000D', '\r'],
  ['#x1F600', '😀'],
  ['#1', '\x01'],
  ['#x10FFFF', '\u{10FFFF}'],
  ['#x110000', undefined],
  ['#xD800', undefined],
  ['#12ab', undefined],
  ['#', undefined],
  ['#x', undefined],
  ['nbsp', undefined],
  ['', undefined],
])('the reference %j stands for %j', (name, character) => {
  expect(readReference(name)).toBe(character)
})
