import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const OPTIONS = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8', // a language is not written in escapes
  metafile: true,
  outdir: 'page', // only in memory: what stands there is replaced once all of it is built
  write: false,
  entryNames: '[name]-[hash]', // whoever has a name has its content: browsers may keep it
  chunkNames: '[name]-[hash]',
  legalComments: 'eof', // the libraries' licences stay with them
  logLevel: 'warning',
}

/**
 * What the Dashboard imports and never runs here, in docs/decisions/0046-what-the-page-leaves-out-of-uppy.md: the views of
 * remote drives, and a reader of EXIF for browsers that did not yet turn photos upright themselves.
 */
const LEFT_OUT = {
  '@uppy/provider-views': 'export const defaultPickerIcon = () => null',
  'exifr/dist/mini.esm.mjs': 'export const rotation = async () => ({ deg: 0, canvas: false })',
}

/** Builds the upload page: index.html, which the issuer serves as `/`, and the scripts and styles that it serves by name. */
export async function buildPage(outdir = 'dist/page') {
  // Alone, because a worker may load nothing: its Content-Security-Policy is that of its own answer.
  const worker = await build({ ...OPTIONS, entryPoints: ['src/page/checksum/crc64-worker.ts'] })
  const page = await build({
    ...OPTIONS,
    entryPoints: ['src/page/page.ts', 'src/page/page.css'],
    splitting: true,
    define: { CRC64_WORKER: JSON.stringify(builtName(worker, 'crc64-worker.ts')) },
    plugins: [{ name: 'left-out', setup: leaveOut }],
  })
  const html = (await readFile('src/page/index.html', 'utf8'))
    .replace('page.css', builtName(page, 'page.css'))
    .replace('page.js', builtName(page, 'page.ts'))
    .replace('<script', `${importedNames(page, 'page.ts').map(preload).join('\n    ')}\n    <script`)
  await rm(outdir, { recursive: true, force: true }) // a name of an earlier build would stay
  await mkdir(outdir, { recursive: true })
  await writeFile(join(outdir, 'index.html'), html)
  for (const { path, contents } of [...worker.outputFiles, ...page.outputFiles])
    await writeFile(join(outdir, basename(path)), contents)
}

function leaveOut({ onResolve, onLoad }) {
  onResolve({ filter: /./ }, ({ path }) =>
    Object.hasOwn(LEFT_OUT, path) ? { path, namespace: 'left-out' } : undefined,
  )
  onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({ contents: LEFT_OUT[path] }))
}

/** The name that a source got, hash and all. */
function builtName(result, source) {
  return basename(builtFile(result, source).path)
}

/** Of what else the script cannot begin without: a browser that knows the names asks for all of it at once. */
function importedNames(result, source) {
  const { imports } = builtFile(result, source)
  return imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => basename(path))
}

function preload(name) {
  return `<link rel="modulepreload" href="${name}">`
}

function builtFile({ metafile }, source) {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(`/${source}`))
  if (found === undefined) throw new Error(`${source} was not built.`)
  const [path, { imports }] = found
  return { path, imports }
}

if (import.meta.filename === process.argv[1]) await buildPage()
