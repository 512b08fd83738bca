import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ErrorCode, Facts } from '../base/errors.ts'
import { describeError } from './describe-error.ts'
import { en } from './en.ts'
import type { Locale } from './locale.ts'
import { zhCN } from './zh-cn.ts'

const advised = (code: ErrorCode, facts: Facts, locale: Locale = en) =>
  describeError({ code, detail: 'What the server says.', facts }, locale).advice

test('a file that is too large is told with its size and with what is allowed', () => {
  const facts = { ProposedSize: '10485761', MaxSizeAllowed: '10485760' }
  expect(describeError({ code: 'file-too-large', detail: '', facts })).toEqual({
    title: 'The file is too large',
    advice: 'The file has 10 MiB (10,485,761 bytes); at most 10 MiB are allowed here. Choose a smaller one.',
  })
  expect(describeError({ code: 'file-too-large', detail: '', facts }, zhCN)).toEqual({
    title: '文件过大',
    advice: '文件大小为 10 MiB (10,485,761 字节)，此处最大允许 10 MiB。请选择较小的文件。',
  })
})

test.each([
  ['0', '1', 'The file has 0 bytes; the smallest taken here has 1 byte. Choose a larger one.'],
  ['1023', '1024', 'The file has 1,023 bytes; the smallest taken here has 1 KiB. Choose a larger one.'],
])('a file of %s bytes where %s are needed', (ProposedSize, MinSizeAllowed, sentence) => {
  expect(advised('file-too-small', { ProposedSize, MinSizeAllowed })).toBe(sentence)
})

const conditions: readonly { facts: Facts; english: string; chinese: string }[] = [
  {
    facts: { Condition: '["eq","$content-type","image/png"]', Found: 'text/html' },
    english: 'The type of the file must be “image/png”; it is “text/html”.',
    chinese: '文件类型必须是“image/png”，现在是“text/html”。',
  },
  {
    facts: { Condition: '["in","$Content-Type",["image/png","image/gif","image/webp"]]', Found: 'image/bmp' },
    english: 'The type of the file must be “image/png”, “image/gif” or “image/webp”; it is “image/bmp”.',
    chinese: '文件类型必须是“image/png”、“image/gif”或“image/webp”，现在是“image/bmp”。',
  },
  {
    facts: { Condition: '["starts-with","$key","user-1/"]' },
    english: 'The name in the storage must begin with “user-1/”.',
    chinese: '存储中的名称必须以“user-1/”开头。',
  },
  {
    facts: { Condition: '["not-in","$x-oss-object-acl",["public-read"]]' },
    english: 'The “x-oss-object-acl” must not be “public-read”.',
    chinese: '“x-oss-object-acl”不能是“public-read”。',
  },
]

test.each(conditions)(
  'the condition $facts.Condition is a sentence in either language',
  ({ facts, english, chinese }) => {
    expect(advised('condition-failed', facts)).toBe(english)
    expect(advised('condition-failed', facts, zhCN)).toBe(chinese)
  },
)

test.each([
  '',
  'no JSON',
  '{}',
  'null',
  '["eq"]',
  '["eq","$key",5]',
  '["like","$key","a"]',
  '["__proto__","$key","a"]',
])('a condition that cannot be read, %j, is told without it', (Condition) => {
  expect(advised('condition-failed', { Condition })).toBe('Choose another file.')
})

test.each([
  ['1', 'Try again in 1 second.'],
  ['120', 'Try again in 120 seconds.'],
  ['121', 'Try again in 3 minutes.'],
  ['7200', 'Try again in 120 minutes.'],
  ['7201', 'Try again in 3 hours.'],
  ['soon', 'Wait a moment, then try again.'],
  ['-1', 'Wait a moment, then try again.'],
])('whoever may come again in %s seconds is told so', (RetryAfterSeconds, sentence) => {
  expect(advised('too-many-requests', { RetryAfterSeconds })).toBe(sentence)
})

test('a type that is not taken is named', () => {
  expect(advised('type-not-allowed', { Type: 'text/html' }, zhCN)).toBe(
    '此处不接受“text/html”类型的文件。请选择其他类型的文件。',
  )
})

test('an error of a newer server is told in its own words', () => {
  const newer = { code: 'constructor' as ErrorCode, detail: 'The moon is in the way. Wait for it to pass.', facts: {} }
  expect(describeError(newer)).toEqual({ title: 'The server refused', advice: newer.detail })
})

test.each([en, zhCN])('every error has a title and something to do, in $language', (locale) => {
  for (const [code, title] of Object.entries(locale.titles)) {
    expect(title, code).not.toMatch(/^$|[.。]$/)
    expect(locale.advice[code as keyof typeof locale.advice], code).toMatch(/[.。]$/)
  }
  expect(Object.keys(locale.advice).sort()).toEqual(Object.keys(en.titles).sort())
})

test('the guide has a row for every error, and for no other', () => {
  const guide = readFileSync('docs/guide/errors.md', 'utf8')
  const rows = guide.slice(guide.indexOf('## The codes')).matchAll(/^\| (`[^|]*`) \|/gm)
  const codes = [...rows]
    .flatMap(([, cell = '']) => cell.match(/[a-z][a-z-]+/g) ?? [])
    .filter((code) => code !== 'code')
  expect([...new Set(codes)].sort()).toEqual(Object.keys(en.titles).sort())
})

test('what an issuer says that it may answer is among them', async () => {
  const { FILE, TOKEN, ENDING, SIGNING, ADMISSION } = await import('../issuer/openapi/problems.ts')
  const codes = [FILE, TOKEN, ENDING, SIGNING, ADMISSION].flat()
  expect(codes.filter((code) => !Object.hasOwn(en.titles, code))).toEqual([])
})
