import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ImageInfo, readImageInfo } from './image-info.ts'

/** The beginnings of images, each as its format's own document describes it. */

const text = (characters: string) => Buffer.from(characters, 'latin1')
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex')

const PNG = Buffer.concat([
  text('\x89PNG\r\n\x1a\n'),
  hex('0000000D'),
  text('IHDR'),
  hex('00000280 000001E0 08 06 00 00 00'),
])
const GIF = Buffer.concat([text('GIF89a'), hex('8002 E001 F7 00 00')])
const BMP = Buffer.concat([text('BM'), hex('00000000 0000 0000 36000000 28000000 80020000 E0010000 0100 1800')])
const TOP_DOWN = Buffer.concat([BMP.subarray(0, 22), hex('20FEFFFF 0100 1800')])
const webp = (kind: string, rest: string) =>
  Buffer.concat([text('RIFF'), hex('00000000'), text(`WEBP${kind}`), hex(rest)])
const LOSSY = webp('VP8 ', '00000000 000000 9D012A 8002 E001 0000')
const LOSSLESS = webp('VP8L', '00000000 2F 7FC27700 0000000000')
const EXTENDED = webp('VP8X', '0A000000 00000000 7F0200 DF0100')
const FRAME = hex('FFC0 0011 08 01E0 0280 03 0122 0002')
const JPEG = Buffer.concat([hex('FFD8 FFE0 0010'), text('JFIF\0'), hex('0101 00 0001 0001 0000'), FRAME])
const WITH_PREVIEW = Buffer.concat([hex('FFD8 FFE1 8002'), Buffer.alloc(0x8000), hex('FFFF C4 0004 0000'), FRAME])

test.each<[what: string, head: Buffer, format: ImageInfo['format']]>([
  ['a PNG', PNG, 'png'],
  ['a GIF', GIF, 'gif'],
  ['a BMP', BMP, 'bmp'],
  ['a BMP from above', TOP_DOWN, 'bmp'],
  ['a WebP with loss', LOSSY, 'webp'],
  ['a WebP without loss', LOSSLESS, 'webp'],
  ['a WebP with more', EXTENDED, 'webp'],
  ['a JPEG', JPEG, 'jpg'],
  ['a JPEG with much before its frame', WITH_PREVIEW, 'jpg'],
])('%s has 640 × 480 pixels', (_, head, format) => {
  expect(readImageInfo(head)).toEqual({ width: 640, height: 480, format })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', text('hello, world, this is no image at all')],
  ['a PNG without pixels', Buffer.concat([PNG.subarray(0, 16), Buffer.alloc(8)])],
  ['a JPEG without a frame', hex('FFD8 FFD9')],
  ['a JPEG whose segments go nowhere', hex('FFD8 FFE0 0000 FFE0 0000 FFE0 0000')],
])('%s is no image', (_, head) => {
  expect(readImageInfo(head)).toBeUndefined()
})

test('an image that was cut off anywhere, or damaged, is an image or none, and never an error', () => {
  for (const image of [PNG, GIF, BMP, LOSSY, LOSSLESS, EXTENDED, JPEG])
    for (let end = 0; end < image.length; end++) readImageInfo(image.subarray(0, end))
  const damaged = fc.tuple(fc.constantFrom(PNG, GIF, BMP, LOSSLESS, JPEG), fc.nat(), fc.nat({ max: 255 }))
  fc.assert(
    fc.property(damaged, ([image, at, byte]) => {
      const other = Buffer.from(image)
      other[at % other.length] = byte
      readImageInfo(other)
    }),
  )
})
