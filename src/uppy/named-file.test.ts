import Uppy from '@uppy/core'
import { expect, test } from 'vitest'
import { namedFile } from './named-file.ts'

function added(file: Parameters<Uppy['addFile']>[0]) {
  const uppy = new Uppy()
  return { uppy, id: uppy.addFile(file) }
}

test('a file that nobody changed is sent as it was chosen', () => {
  const chosen = new File(['a'], 'a.png', { type: 'image/png', lastModified: 5 })
  const { uppy, id } = added(chosen)
  expect(namedFile(uppy.getFile(id))).toBe(chosen)
})

test('an edited name is the name, and the rest stays', () => {
  const { uppy, id } = added(new File(['a'], 'a.png', { type: 'image/png', lastModified: 5 }))
  uppy.setFileMeta(id, { name: 'b.png' })
  expect(namedFile(uppy.getFile(id))).toMatchObject({ name: 'b.png', type: 'image/png', size: 1, lastModified: 5 })
  uppy.setFileMeta(id, { name: '' })
  expect(namedFile(uppy.getFile(id))?.name).toBe('a.png')
})

test('a type that only Uppy knows is the type', () => {
  const { uppy, id } = added(new File(['a'], 'notes.md', { lastModified: 5 }))
  expect(namedFile(uppy.getFile(id))).toMatchObject({ type: 'text/markdown', lastModified: 5 })
})

test('bytes without a name get the one that Uppy shows, the same each time', async () => {
  const { uppy, id } = added({ name: 'shot.png', type: 'image/png', data: new Blob(['abc']) })
  const named = namedFile(uppy.getFile(id))
  expect(named).toMatchObject({ name: 'shot.png', type: 'image/png', size: 3, lastModified: 0 })
  expect(await named?.text()).toBe('abc')
})

test('a file whose content is elsewhere has none', () => {
  const { uppy, id } = added(new File(['a'], 'a.png'))
  uppy.setFileState(id, { data: undefined, isGhost: true })
  expect(namedFile(uppy.getFile(id))).toBeUndefined()
})
