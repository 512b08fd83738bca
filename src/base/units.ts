/** Bytes, or a text such as `500KB`, `10MB` or `2GB`, in powers of 1024. */
export type Size = number | `${number}${'B' | 'KB' | 'MB' | 'GB'}`

/** Seconds, or a text such as `90s`, `15m`, `2h` or `7d`. */
export type Lifetime = number | `${number}${'s' | 'm' | 'h' | 'd'}`

const KB = 1024

/** A unit is a power of 1024, as in OSS's own limits. */
const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ...['', 'b'].map((unit) => [unit, 1] as const),
  ...['k', 'kb', 'kib'].map((unit) => [unit, KB] as const),
  ...['m', 'mb', 'mib'].map((unit) => [unit, KB ** 2] as const),
  ...['g', 'gb', 'gib'].map((unit) => [unit, KB ** 3] as const),
])

const LIFETIME_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 60 * 60],
  ['d', 24 * 60 * 60],
])

/** `10MB`, `10MiB`, `10m` or `10485760` → bytes; `undefined` where the text is no size. */
export function bytesOf(text: string): number | undefined {
  return parseAmount(text, SIZE_UNITS)
}

/** `90`, `90s`, `15m`, `2h` or `7d` → seconds; `undefined` where the text is no time. */
export function secondsOf(text: string): number | undefined {
  return parseAmount(text, LIFETIME_UNITS)
}

/** 10485760 → `10MB`, in the largest unit that leaves no rest. */
export function sizeText(bytes: number): string {
  return amountText(bytes, [['GB', KB ** 3], ['MB', KB ** 2], ['KB', KB], ['B', 1]]) // biome-ignore format: a table
}

/** 900 → `15m`, in the largest unit that leaves no rest. */
export function lifetimeText(seconds: number): string {
  return amountText(seconds, [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]]) // biome-ignore format: a table
}

function amountText(amount: number, units: readonly (readonly [name: string, size: number])[]): string {
  const [name, size] = units.find(([, unit]) => amount >= unit && amount % unit === 0) ?? ['', 1]
  return `${amount / size}${name}`
}

function parseAmount(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const [, digits, unit] = /^(\d{1,15}) ?([a-z]{0,3})$/i.exec(text.trim()) ?? []
  const times = unit === undefined ? undefined : units.get(unit.toLowerCase())
  if (digits === undefined || times === undefined) return undefined
  const amount = Number(digits) * times
  return Number.isSafeInteger(amount) ? amount : undefined
}
