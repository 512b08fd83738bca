import { limitText } from '../words/size-text.ts'
import type { Words } from '../words/words.ts'
import type { RouteRules } from './route-rules.ts'

/** What one may upload, before one chooses: "Up to 100 MiB a file; images and PDF." */
export function limitsSentence({ minSize, maxSize, types }: RouteRules, words: Words): string {
  return words.limits.sentence(
    sizes(minSize, maxSize, words),
    types === undefined ? words.limits.anyType : kinds(types, words),
  )
}

/** A file has a byte at least, people think: only a larger minimum is told. */
function sizes(min: number, max: number, words: Words): string {
  const [least, most] = [limitText(min, words), limitText(max, words)]
  if (min === max) return words.limits.exactly(most)
  return min <= 1 ? words.limits.upTo(most) : words.limits.between(least, most)
}

function kinds(types: readonly string[], words: Words): string {
  const names = [...new Set(types.map((type) => nameOf(type, words)))]
  const shown = names.length <= MAX_NAMED ? names : names.slice(0, MAX_NAMED - 1)
  const others = names.length - shown.length
  const all = others === 0 ? shown : [...shown, words.limits.others(others.toLocaleString(words.language))]
  return new Intl.ListFormat(words.language, { type: 'conjunction' }).format(all)
}

/** What people call a type; its own name where they have none. */
function nameOf(type: string, { limits }: Words): string {
  if (Object.hasOwn(limits.types, type)) return limits.types[type] ?? type
  return SHORT_NAMES.get(type) ?? type
}

/** A sentence, not a list of the whole registry. */
const MAX_NAMED = 8

/** The same in every language. */
const SHORT_NAMES = new Map([
  ['image/png', 'PNG'],
  ['image/jpeg', 'JPEG'],
  ['image/jpg', 'JPEG'],
  ['image/gif', 'GIF'],
  ['image/webp', 'WebP'],
  ['image/avif', 'AVIF'],
  ['image/heic', 'HEIC'],
  ['image/bmp', 'BMP'],
  ['image/tiff', 'TIFF'],
  ['image/svg+xml', 'SVG'],
  ['video/mp4', 'MP4'],
  ['video/webm', 'WebM'],
  ['video/quicktime', 'QuickTime'],
  ['audio/mpeg', 'MP3'],
  ['audio/wav', 'WAV'],
  ['text/csv', 'CSV'],
  ['text/markdown', 'Markdown'],
  ['text/html', 'HTML'],
  ['application/pdf', 'PDF'],
  ['application/json', 'JSON'],
  ['application/zip', 'ZIP'],
  ['application/x-zip-compressed', 'ZIP'],
  ['application/gzip', 'gzip'],
  ['application/x-gzip', 'gzip'],
  ['application/msword', 'Word'],
  ['application/vnd.ms-excel', 'Excel'],
  ['application/vnd.ms-powerpoint', 'PowerPoint'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'Word'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'Excel'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'PowerPoint'],
])
