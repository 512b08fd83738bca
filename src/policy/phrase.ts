/** Text in quotes, as JSON writes it, cut where it is long. */
export function quoted(value: string): string {
  const text = value.length <= MAX_SHOWN ? value : `${value.slice(0, MAX_SHOWN)}…`
  return JSON.stringify(text)
}

/** `"a"`, `"a" or "b"`, `"a", "b" or 3 more`. */
export function alternatives(values: readonly string[]): string {
  const shown = values.slice(0, MAX_LISTED).map(quoted)
  if (values.length > MAX_LISTED) return `${shown.join(', ')} or ${values.length - MAX_LISTED} more`
  const last = shown.pop()
  if (last === undefined) return 'nothing'
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`
}

/** `1 byte`, `1,000 bytes`, `10,485,760 bytes (10 MiB)`. */
export function bytesText(bytes: number): string {
  const digits = String(bytes).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  const unit = UNITS.find(({ size }) => bytes >= size)
  const round = unit === undefined ? '' : ` (${Math.round((bytes / unit.size) * 10) / 10} ${unit.name})`
  return `${digits} ${bytes === 1 ? 'byte' : 'bytes'}${round}`
}

/** `2026-11-24 12:00:00 UTC`. */
export function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `30 seconds`, `90 minutes`, `3 days`: the largest unit of which there are two. */
export function durationText(milliseconds: number): string {
  const { size, name } = SPANS.find((span) => milliseconds >= 2 * span.size) ?? SECOND
  const count = Math.max(1, Math.round(milliseconds / size))
  return `${count} ${count === 1 ? name : `${name}s`}`
}

/** `just now`, `5 minutes ago`. */
export function agoText(milliseconds: number): string {
  return milliseconds < SECOND.size ? 'just now' : `${durationText(milliseconds)} ago`
}

/** What a sentence calls a field. */
export function fieldText(field: string): string {
  return FIELD_TEXTS.get(field.toLowerCase()) ?? `the field ${quoted(field)}`
}

/** A sentence begins with a capital. */
export function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1)
}

const MAX_SHOWN = 200
const MAX_LISTED = 20
const UNITS = [
  { size: 1024 ** 3, name: 'GiB' },
  { size: 1024 ** 2, name: 'MiB' },
  { size: 1024, name: 'KiB' },
]
const SECOND = { size: 1000, name: 'second' }
const SPANS = [
  { size: 24 * 3600_000, name: 'day' },
  { size: 3600_000, name: 'hour' },
  { size: 60_000, name: 'minute' },
]
const FIELD_TEXTS = new Map([
  ['key', 'the key'],
  ['bucket', 'the bucket'],
  ['content-type', 'the content type'],
])
