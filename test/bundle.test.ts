import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** What a browser may receive of us. `sign` is not among it, so no secret can. */
const FOLDERS = new Set(['base', 'policy', 'form', 'client'])

/**
 * Bytes, minified and gzipped. Of these the error table is 3.9 kB and the policy language, with its strict reader and its
 * sentences, 5.2 kB: the browser judges a form by the code that the store runs.
 */
const BUDGETS = [
  { what: 'all of postern/client', code: "export * from './client.ts'", maxBytes: 15_200 },
  { what: 'upload alone', code: "export { upload } from './client.ts'", maxBytes: 14_500 },
  {
    what: 'the steps without the check before sending',
    code: "export { requestForm, sendForm, readResponse } from './client.ts'",
    maxBytes: 8_500,
  },
]

async function bundle(code: string) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: 'src', loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser', // anything of Node would not resolve
    target: 'es2022',
  })
  return { inputs: Object.keys(metafile.inputs), bytes: outputFiles.map(({ contents }) => contents) }
}

test('the browser receives the client, what it stands on, and no library', async () => {
  const { inputs } = await bundle("export * from './client.ts'")
  const strays = inputs.filter((path) => path !== '<stdin>' && path !== 'src/client.ts' && !FOLDERS.has(folderOf(path)))
  expect(strays).toEqual([])
})

test.each(BUDGETS)('$what is at most $maxBytes bytes', async ({ code, maxBytes }) => {
  const { bytes } = await bundle(code)
  const size = bytes.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)
  expect(size).toBeLessThanOrEqual(maxBytes)
})

function folderOf(path: string): string {
  return path.match(/^src\/(\w+)\//)?.[1] ?? path
}
