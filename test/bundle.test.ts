import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { expect, test } from 'vitest'

/** What a browser may receive of us. `sign` is not among it, so no secret can. */
const FOLDERS = new Set(['base', 'policy', 'form', 'client'])

/** Bytes, minified and gzipped; `later` is loaded only when it is needed: docs/decisions/0047-code-that-is-loaded-later.md. */
const BUDGETS = [
  { what: 'postern/client', code: "export * from './client.ts'", first: 8000, later: 4500 },
  {
    what: 'postern/client, its uploader alone',
    code: "export { createUploader } from './client.ts'",
    first: 8000,
    later: 4500,
  },
  {
    what: 'what the client knows of refusals, forms and policies',
    code: `export { PosternError } from './base/errors.ts'
      export { checkForm } from './client/check-form.ts'
      export { readError } from './client/read-error.ts'
      export { readIssued } from './client/read-form.ts'
      export { readProblem } from './client/read-problem.ts'`,
    first: 3800,
    later: 0,
  },
  { what: 'postern/list', code: "export * from './list.ts'", first: 1400, later: 0 },
  {
    what: 'postern/locales in English',
    code: "export { describeError, en } from './locales.ts'",
    first: 2900,
    later: 0,
  },
  { what: 'postern/locales in Chinese', code: "export { zhCN } from './locales.ts'", first: 2400, later: 0 },
]

/** Whoever loads a module later finds in the first file what both need: so bundlers split an application (Rollup, Vite, webpack). */
const LOADED_LATER: Plugin = {
  name: 'loaded later',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

async function bundle(code: string) {
  const [first, all] = await Promise.all([built(code, [LOADED_LATER]), built(code, [])])
  return { inputs: all.inputs, first: first.bytes, later: Math.max(0, all.bytes - first.bytes) }
}

async function built(code: string, plugins: Plugin[]) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: 'src', loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    plugins,
    format: 'esm',
    platform: 'browser', // anything of Node would not resolve
    target: 'es2022',
  })
  return {
    inputs: Object.keys(metafile.inputs),
    bytes: outputFiles.reduce((sum, file) => sum + gzipped(file.contents), 0),
  }
}

function gzipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length
}

test('the browser receives the client, what it stands on, and neither a library nor a table of errors', async () => {
  const { inputs } = await bundle("export * from './client.ts'")
  const strays = inputs.filter((path) => path !== '<stdin>' && path !== 'src/client.ts' && !FOLDERS.has(folderOf(path)))
  expect(strays).toEqual([])
  expect(inputs.filter((path) => path.includes('table'))).toEqual([])
})

test.each(BUDGETS)('$what is at most $first bytes at first, and $later later', async ({ code, first, later }) => {
  const measured = await bundle(code)
  expect(measured.first).toBeLessThanOrEqual(first)
  expect(measured.later).toBeLessThanOrEqual(later)
})

/** One name that each door exports. */
const DOORS = [
  ['client', 'createUploader'],
  ['list', 'createUploadList'],
  ['locales', 'describeError'],
  ['transports', 'miniProgramTransport'],
  ['vendor', 'requestSignature'],
] as const

test.each(DOORS)('postern/%s is imported where there is nothing but JavaScript, with its %s', async (door, name) => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from './${door}.ts'`, resolveDir: 'src', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2022',
  })
  const script = `
    const { createContext, runInContext } = require('node:vm')
    const context = createContext({ module: { exports: {} } })
    runInContext(require('node:fs').readFileSync(0, 'utf8'), context)
    console.log(Object.keys(context.module.exports).join('\\n'))`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    input: outputFiles[0]?.text,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toContain(name)
})

function folderOf(path: string): string {
  return path.match(/^src\/(\w+)\//)?.[1] ?? path
}
