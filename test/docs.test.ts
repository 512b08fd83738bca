import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Inside the package, so that an example imports `postern/…` as a user does. */
const FOLDER = join('.cache', 'docs')
const PAGES = ['README.md', 'CONTRIBUTING.md', ...pagesBelow('docs')]

/** A block marked `ts` compiles and runs; `ts page` compiles, because it needs a browser's document. */
const examples = PAGES.flatMap((page) =>
  fencedBlocks(readFileSync(page, 'utf8')).flatMap(({ language, code }, index) =>
    language === 'ts' || language === 'ts page'
      ? [{ page, runs: language === 'ts', file: join(FOLDER, `${page.replaceAll(/[/.]/g, '-')}-${index}.ts`), code }]
      : [],
  ),
)

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true })
  for (const { file, code } of examples) writeFileSync(file, code)
})
afterAll(() => rmSync(FOLDER, { recursive: true }))

test('every example compiles', { timeout: 60_000 }, () => {
  const base = ts.readConfigFile('tsconfig.test.json', ts.sys.readFile).config
  const { options } = ts.parseJsonConfigFileContent({ ...base, include: [], files: [] }, ts.sys, '.')
  const program = ts.createProgram(
    examples.map(({ file }) => file),
    options,
  )
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  expect(complaints).toEqual([])
})

test.each(examples.filter(({ runs }) => runs))('the example of $page runs: $file', { timeout: 30_000 }, ({ file }) => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const targets = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, target]) => target ?? '',
  )
  const local = targets.filter((target) => !target.includes('://'))
  expect(local.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([])
})

test('every page that the code cites is there', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const cited = sources.flatMap((name) => readFileSync(`src/${name}`, 'utf8').match(/docs\/[\w/-]+(?:\.md)?/g) ?? [])
  const isThere = (path: string): boolean =>
    existsSync(path) || PAGES.some((page) => page.startsWith(`${path}-`) || page === `${path}.md`)
  expect([...new Set(cited)].filter((path) => !isThere(path))).toEqual([])
})

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
}

function fencedBlocks(markdown: string): { language: string; code: string }[] {
  return [...markdown.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language: language.trim(),
    code,
  }))
}
