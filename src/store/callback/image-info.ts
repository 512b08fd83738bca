/** What a callback tells of an image. */
export interface ImageInfo {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  readonly format: 'png' | 'jpg' | 'gif' | 'bmp' | 'webp'
}

/** How much of an image is looked at: a camera may put its own preview before the size of a JPEG. */
export const IMAGE_HEAD_BYTES = 256 * 1024

/** What the beginning of a file says of the image that it is, or `undefined` where it is none that we know. */
export function readImageInfo(head: Buffer): ImageInfo | undefined {
  for (const read of READERS) {
    const info = read(head)
    if (info !== undefined && info.width > 0 && info.height > 0) return info
  }
  return undefined
}

const READERS: readonly ((head: Buffer) => ImageInfo | undefined)[] = [readPng, readGif, readBmp, readWebp, readJpeg]

/** @see https://www.w3.org/TR/png/#11IHDR */
function readPng(head: Buffer): ImageInfo | undefined {
  if (head.length < 24 || head.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n' || !says(head, 12, 'IHDR'))
    return undefined
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20), format: 'png' }
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt section 18 */
function readGif(head: Buffer): ImageInfo | undefined {
  if (head.length < 10 || !(says(head, 0, 'GIF87a') || says(head, 0, 'GIF89a'))) return undefined
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8), format: 'gif' }
}

/** A negative height means rows from above. @see https://learn.microsoft.com/en-us/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader */
function readBmp(head: Buffer): ImageInfo | undefined {
  if (head.length < 26 || !says(head, 0, 'BM') || head.readUInt32LE(14) < 40) return undefined
  return { width: head.readInt32LE(18), height: Math.abs(head.readInt32LE(22)), format: 'bmp' }
}

/** One of three kinds, each with its size at a place of its own. @see https://www.rfc-editor.org/rfc/rfc9649#section-2 */
function readWebp(head: Buffer): ImageInfo | undefined {
  if (head.length < 30 || !says(head, 0, 'RIFF') || !says(head, 8, 'WEBP')) return undefined
  const format = 'webp'
  if (says(head, 12, 'VP8X')) return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1, format }
  if (says(head, 12, 'VP8 '))
    return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff, format }
  if (!says(head, 12, 'VP8L')) return undefined
  const bits = head.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1, format }
}

/** Segments one after the other, up to that of the frame. @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf B.2.2 */
function readJpeg(head: Buffer): ImageInfo | undefined {
  if (head.length < 4 || head.readUInt16BE(0) !== 0xffd8) return undefined
  let at = 2
  while (at + 9 <= head.length && head[at] === 0xff) {
    const marker = head[at + 1] ?? 0
    if (marker === 0xff)
      at += 1 // a filler
    else if (isFrame(marker))
      return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7), format: 'jpg' }
    else at += 2 + head.readUInt16BE(at + 2)
  }
  return undefined
}

/** C0 to CF, but for the tables among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function says(head: Buffer, at: number, text: string): boolean {
  return head.toString('latin1', at, at + text.length) === text
}
