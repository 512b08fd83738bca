import type { Locale } from './locale.ts'

const UNITS: readonly (readonly [name: string, bytes: number])[] = [
  ['TiB', 1024 ** 4],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
]

/** A size as a person reads it: `9 bytes`, `10 MiB`; exact beside a number that had to be rounded: `1.5 MiB (1,572,865 bytes)`. */
export function sizeText(bytes: number, { language, sentences }: Pick<Locale, 'language' | 'sentences'>): string {
  const exact = sentences.bytes(bytes.toLocaleString(language))
  const unit = UNITS.find(([, size]) => bytes >= size)
  if (unit === undefined) return exact
  const [name, size] = unit
  const rounded = `${(bytes / size).toLocaleString(language, { maximumFractionDigits: 1 })} ${name}`
  return (bytes * 10) % size === 0 ? rounded : `${rounded} (${exact})`
}
