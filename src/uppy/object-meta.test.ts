import { expect, test } from 'vitest'
import { objectMeta } from './object-meta.ts'

const META = {
  name: 'a.png',
  type: 'image/png',
  relativePath: null,
  Album: 'Summer',
  title: '夏天',
  year: 2026,
  empty: ' ',
}

test.each([
  { fields: [], meta: undefined },
  { fields: ['missing', 'empty', 'relativePath'], meta: undefined },
  { fields: ['Album', 'year'], meta: { album: 'Summer', year: '2026' } },
  { fields: ['title'], meta: { title: '=?UTF-8?B?5aSP5aSp?=' } },
  { fields: ['toString', '__proto__'], meta: undefined },
])('the object gets those of $fields that say something', ({ fields, meta }) => {
  expect(objectMeta(META, fields)).toEqual(meta)
})
