import { build } from 'esbuild'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { createUploader } from '../client/create-uploader.ts'
import { createUploadList, type UploadList } from '../list/upload-list.ts'
import { type UseUploadOptions, useUpload, useUploadList } from './use-upload.ts'

afterEach(() => void vi.restoreAllMocks())

function Files(options: UseUploadOptions) {
  const { uploads, totals } = useUpload(options)
  return createElement('p', {}, `${uploads.length} files, ${totals.totalBytes} bytes`)
}

function Shared({ list }: { readonly list: UploadList }) {
  return createElement('p', {}, `${useUploadList(list).uploads.length} files`)
}

test('a server renders an empty list, asks nobody, and complains of nothing', () => {
  const complaint = vi.spyOn(console, 'error')
  const fetch = vi.fn()
  expect(renderToString(createElement(Files, { endpoint: '/uploader', fetch }))).toBe('<p>0 files, 0 bytes</p>')
  expect(fetch).not.toHaveBeenCalled()
  expect(complaint).not.toHaveBeenCalled()
})

test('a list of the whole application shows nobody else their files on a server', () => {
  const list = createUploadList(createUploader({ endpoint: 'https://app.example' }))
  list.upload(new File(['a secret'], 'secret.txt'))
  list.cancelAll()
  expect(list.snapshot().uploads).toHaveLength(1)
  expect(renderToString(createElement(Shared, { list }))).toBe('<p>0 files</p>')
})

function Avatars() {
  const { upload } = useUpload<'avatars' | 'reports'>({ endpoint: '/uploader', route: 'avatars' })
  // @ts-expect-error there is no such route
  const uploadElsewhere = () => upload([], { route: 'avatar' })
  return createElement('button', { type: 'button', onClick: uploadElsewhere }, 'Upload')
}

test('a route that the issuer has not does not compile, where the hook is told which there are', () => {
  expect(renderToString(createElement(Avatars))).toBe('<button type="button">Upload</button>')
})

test('react is the one library of postern/react, and postern/list has none', async () => {
  expect(await librariesOf('./react.ts')).toEqual(['react'])
  expect(await librariesOf('./list.ts')).toEqual([])
})

/** What a bundle of this door would ask a browser for beside our own code. */
async function librariesOf(door: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `export * from '${door}'`, resolveDir: 'src', loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    packages: 'external',
  })
  return Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
}
