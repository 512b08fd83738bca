import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FINDING_CODES, finding } from '../policy/lint/finding.ts'

const GUIDE = readFileSync('docs/guide/lint.md', 'utf8')

test.each(FINDING_CODES)('the guide says what follows from %s, how bad it is, and what to do', (code) => {
  const rows = GUIDE.split('\n').filter((line) => line.startsWith(`| \`${code}\` |`))
  const [, , severity, consequence, fix] = rows[0]?.split(' | ').map((cell) => cell.trim()) ?? []
  expect(rows).toHaveLength(1)
  expect(`${rows[0]}`.split(' | ')[1]).toContain(finding(code).severity)
  expect([severity, consequence, fix].filter((cell) => cell !== undefined && cell !== '')).not.toEqual([])
})

test('the guide has no finding that lint does not know', () => {
  const named = [...GUIDE.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code)
  expect(named.toSorted()).toEqual(FINDING_CODES.toSorted())
})
