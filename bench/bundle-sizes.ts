import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

/** What a page downloads to upload, minified and gzipped: ours, beside Uppy's and the vendor's. */
export async function benchBundles(): Promise<void> {
  console.log('\nWhat a page downloads (bytes, minified and gzipped: at first, and all in all)')
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ['postern/client', await bundled("export * from 'postern/client'")],
    ['postern/react, React left out', await bundled("export * from 'postern/react'")],
    ['postern/uppy with @uppy/core', await bundled("export * from 'postern/uppy'; export * from '@uppy/core'")],
    ['@uppy/aws-s3 with @uppy/core', await bundled("export * from '@uppy/aws-s3'; export * from '@uppy/core'")],
    ['ali-oss, its browser build', [gzipped(await readFile('node_modules/ali-oss/dist/aliyun-oss-sdk.min.js'))]],
  ]
  for (const [name, sizes] of rows) console.log(`  ${name.padEnd(40)} ${sizes.join(', ')}`)
}

const LOADED_LATER: Plugin = {
  name: 'loaded later',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

async function bundled(contents: string): Promise<readonly number[]> {
  const sizes = await Promise.all([[LOADED_LATER], []].map((plugins) => sizeOf(contents, plugins)))
  return [...new Set(sizes)]
}

async function sizeOf(contents: string, plugins: Plugin[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: ['react'],
    plugins,
  })
  return outputFiles.reduce((sum, { contents: bytes }) => sum + gzipped(bytes), 0)
}

function gzipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length
}
