import { expect, test } from 'vitest'
import { BOUNDARY, chunksOf, formOf, outcomeOf } from '../../test/fixtures/forms/bodies.ts'
import { HAZARDS } from '../../test/fixtures/forms/hazards.ts'

const chunkings = [
  { chunks: 'in one chunk', sizes: [] },
  { chunks: 'byte by byte', sizes: [1] },
  { chunks: 'in uneven chunks', sizes: [3, 41, 1, 7] },
]

test.each(HAZARDS.flatMap((hazard) => chunkings.map((chunking) => ({ ...hazard, ...chunking }))))(
  'row $row: $what, $chunks',
  async ({ body, reading, expected, sizes }) => {
    expect(await outcomeOf(chunksOf(body, sizes), reading)).toMatchObject(expected)
  },
)

test('row 1: a body cut in two at any byte is read as the same form', async () => {
  const body = formOf(`one\r\n--two\r\n--${BOUNDARY.slice(0, -1)}`)
  const whole = await outcomeOf(chunksOf(body))
  for (let cut = 1; cut < body.length; cut++) {
    expect(await outcomeOf(chunksOf(body, [cut, body.length])), `cut at ${cut}`).toEqual(whole)
  }
})

test('row 3: a body that ends anywhere before its last delimiter is refused', async () => {
  const body = formOf('hello')
  const end = body.length - '\r\n'.length
  for (let length = 0; length < end; length++) {
    expect(await outcomeOf(chunksOf(body.subarray(0, length))), `after ${length} bytes`).toMatchObject({
      refused: 'form-malformed',
    })
  }
  expect(await outcomeOf(chunksOf(body.subarray(0, end)))).toMatchObject({ content: 'hello' })
})
