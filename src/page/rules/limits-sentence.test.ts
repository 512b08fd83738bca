import { expect, test } from 'vitest'
import { en } from '../words/en.ts'
import { zhCN } from '../words/zh-cn.ts'
import { limitsSentence } from './limits-sentence.ts'
import type { RouteRules } from './route-rules.ts'

const MIB = 1024 * 1024
const cases: { rules: RouteRules; english: string; chinese: string }[] = [
  {
    rules: { minSize: 1, maxSize: 100 * MIB, types: ['image/*', 'application/pdf'] },
    english: 'Up to 100 MiB a file; images and PDF.',
    chinese: '单个文件不超过 100 MiB；支持图片和PDF。',
  },
  {
    rules: { minSize: 0, maxSize: 5_000_000 },
    english: 'Up to 5 MB a file; every type but web pages and scripts.',
    chinese: '单个文件不超过 5 MB；支持除网页和脚本以外的所有类型。',
  },
  {
    rules: { minSize: 2, maxSize: 1024, types: ['text/plain'] },
    english: 'From 2 bytes to 1 KiB a file; plain text.',
    chinese: '单个文件大小为 2 字节 至 1 KiB；支持纯文本。',
  },
  {
    rules: { minSize: 1, maxSize: 1, types: ['text/csv', 'application/x-own'] },
    english: 'Exactly 1 byte a file; CSV and application/x-own.',
    chinese: '单个文件大小必须为 1 字节；支持CSV和application/x-own。',
  },
  {
    rules: { minSize: 1, maxSize: 1_234_567, types: ['image/jpeg', 'image/jpg'] },
    english: 'Up to 1,234,567 bytes a file; JPEG.',
    chinese: '单个文件不超过 1,234,567 字节；支持JPEG。',
  },
]

test.each(cases)('$english', ({ rules, english, chinese }) => {
  expect(limitsSentence(rules, en)).toBe(english)
  expect(limitsSentence(rules, zhCN)).toBe(chinese)
})

test('a limit is never rounded up to what the issuer refuses', () => {
  expect(limitsSentence({ minSize: 1, maxSize: 100 * MIB - 1 }, en)).toMatch(/^Up to 104,857,599 bytes a file/)
})

test('a route of many types names a few and counts the others', () => {
  const types = Array.from({ length: 30 }, (_, at) => `application/x-${at}`)
  expect(limitsSentence({ minSize: 1, maxSize: 1024, types }, en)).toMatch(/application\/x-6, and 23 more\.$/)
})
