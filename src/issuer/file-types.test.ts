import { expect, test } from 'vitest'
import { readFileTypes, whyTypeRefused } from './file-types.ts'

const cases: { types: readonly string[] | undefined; type: string; extension?: string; accepted: boolean }[] = [
  { types: undefined, type: 'image/png', accepted: true },
  { types: undefined, type: 'application/x-anything', accepted: true },
  { types: undefined, type: 'application/octet-stream', extension: 'xyz', accepted: true },
  { types: undefined, type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', accepted: true },
  { types: undefined, type: 'application/postscript', accepted: true },
  { types: undefined, type: 'text/html', accepted: false },
  { types: undefined, type: 'text/html;charset=utf-8', accepted: false },
  { types: undefined, type: 'application/xhtml+xml', accepted: false },
  { types: undefined, type: 'image/svg+xml', accepted: false },
  { types: undefined, type: 'text/xml', accepted: false },
  { types: undefined, type: 'application/rss+xml', accepted: false },
  { types: undefined, type: 'application/xml-dtd', accepted: false },
  { types: undefined, type: 'text/javascript', accepted: false },
  { types: undefined, type: 'application/x-javascript', accepted: false },
  { types: undefined, type: 'text/jscript', accepted: false },
  { types: undefined, type: 'text/vbscript', accepted: false },
  { types: undefined, type: 'application/x-httpd-php', accepted: false },
  { types: undefined, type: 'multipart/related', accepted: false },
  { types: undefined, type: 'unknown/unknown', accepted: false },
  { types: undefined, type: 'image/png', extension: 'html', accepted: false },
  { types: undefined, type: 'application/octet-stream', extension: 'svg', accepted: false },
  { types: undefined, type: 'application/octet-stream', extension: 'js', accepted: false },
  { types: ['text/html'], type: 'text/html', extension: 'html', accepted: true },
  { types: ['text/html'], type: 'text/html;charset=utf-8', extension: 'htm', accepted: true },
  { types: ['text/html'], type: 'text/plain', accepted: false },
  { types: ['image/*'], type: 'image/png', extension: 'png', accepted: true },
  { types: ['image/*'], type: 'image/x-new', accepted: true },
  { types: ['image/*'], type: 'image/svg+xml', accepted: false },
  { types: ['image/*', 'image/svg+xml'], type: 'image/svg+xml', extension: 'svg', accepted: true },
  { types: ['image/*'], type: 'imagery/png', accepted: false },
  { types: ['text/*'], type: 'text/csv', accepted: true },
  { types: ['text/*'], type: 'text/html', accepted: false },
  { types: ['audio/*'], type: 'audio/webm', extension: 'webm', accepted: true },
  { types: ['image/png'], type: 'image/jpeg', accepted: false },
]

test.each(cases)('$types takes $type (.$extension): $accepted', ({ types, type, extension, accepted }) => {
  const refusal = whyTypeRefused(readFileTypes(types), type, extension)
  expect(refusal === undefined).toBe(accepted)
})

test('a kind is written out for a policy, which knows no wildcard', () => {
  const { named } = readFileTypes(['image/*', 'application/pdf'])
  expect(named).toEqual(expect.arrayContaining(['image/png', 'image/jpeg', 'image/webp', 'application/pdf']))
  expect(named.filter((type) => !type.startsWith('image/'))).toEqual(['application/pdf'])
})

test('no type is written twice, and every one is a type', () => {
  const { named } = readFileTypes(undefined)
  expect(new Set(named).size).toBe(named.length)
  expect(named.filter((type) => !/^[a-z]+\/[a-z0-9.+-]+$/.test(type))).toEqual([])
})
