import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What a page downloads to upload, minified and gzipped: ours, beside Uppy's and the vendor's. */
export async function benchBundles(): Promise<void> {
  console.log('\nWhat a page downloads (bytes, minified and gzipped)')
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ['postern/client: at first, and with what large files need', await bundled("export * from 'postern/client'")],
    ['postern/uppy and @uppy/core', await bundled("export * from 'postern/uppy'; export * from '@uppy/core'")],
    ['@uppy/aws-s3 and @uppy/core', await bundled("export * from '@uppy/aws-s3'; export * from '@uppy/core'")],
    ['ali-oss, its browser build', [gzipped(await readFile('node_modules/ali-oss/dist/aliyun-oss-sdk.min.js'))]],
  ]
  for (const [name, sizes] of rows) console.log(`  ${name.padEnd(60)} ${sizes.join(', ')}`)
}

/** The first file, and the sum of all, where some are loaded later. */
async function bundled(contents: string): Promise<number[]> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: '.' },
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    outdir: 'bundle',
    conditions: ['browser'],
    platform: 'browser',
  })
  const outputs = Object.entries(metafile.outputs)
  const first = outputs.find(([, { entryPoint }]) => entryPoint !== undefined)
  const early = new Set([
    first?.[0],
    ...(first?.[1].imports ?? []).filter(({ kind }) => kind === 'import-statement').map(({ path }) => path),
  ])
  const sizes = outputFiles.map(({ contents: bytes }, index) => ({ path: outputs[index]?.[0], size: gzipped(bytes) }))
  const sum = (some: typeof sizes) => some.reduce((total, { size }) => total + size, 0)
  const now = sum(sizes.filter(({ path }) => early.has(path)))
  return now === sum(sizes) ? [now] : [now, sum(sizes)]
}

function gzipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length
}
