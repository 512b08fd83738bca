import { copyFile } from 'node:fs/promises'
import { build } from 'esbuild'

/** Builds the upload page: index.html, page.js, page.css, which the issuer serves by name. */
export async function buildPage(outdir = 'dist/page') {
  await build({
    entryPoints: ['src/page/page.ts', 'src/page/page.css'],
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'eof', // the libraries' licences stay with them
    logLevel: 'warning',
  })
  await copyFile('src/page/index.html', `${outdir}/index.html`)
}

if (import.meta.filename === process.argv[1]) await buildPage()
