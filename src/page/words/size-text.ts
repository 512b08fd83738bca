import type { Words } from './words.ts'

type Unit = readonly [name: string, size: number]

const BINARY: readonly Unit[] = [['GiB', 1024 ** 3], ['MiB', 1024 ** 2], ['KiB', 1024]] // biome-ignore format: a table
const DECIMAL: readonly Unit[] = [['GB', 1000 ** 3], ['MB', 1000 ** 2], ['kB', 1000]] // biome-ignore format: a table

/** `9 bytes`, `9.5 MiB`: for a narrow column. */
export function shortSizeText(bytes: number, words: Words): string {
  const unit = BINARY.find(([, size]) => bytes >= size)
  return unit === undefined ? bytesText(bytes, words) : inUnit(bytes, unit, words)
}

/** A limit, which must not be rounded: `100 MiB`, `5 MB`, `1,234,567 bytes`. */
export function limitText(bytes: number, words: Words): string {
  const unit = [...BINARY, ...DECIMAL].find(([, size]) => bytes >= size && (bytes * 10) % size === 0)
  return unit === undefined ? bytesText(bytes, words) : inUnit(bytes, unit, words)
}

function bytesText(bytes: number, { language, errors }: Words): string {
  return errors.sentences.bytes(bytes.toLocaleString(language))
}

function inUnit(bytes: number, [name, size]: Unit, { language }: Words): string {
  return `${(bytes / size).toLocaleString(language, { maximumFractionDigits: 1 })} ${name}`
}
