import { InvalidArgumentError } from 'commander'
import { bytesOf, secondsOf } from '../base/units.ts'
import { readRegion } from '../issuer/storage/endpoint.ts'

/** `10MB`, `10MiB`, `10m` or `10485760` → bytes. */
export function parseSize(text: string): number {
  const bytes = bytesOf(text)
  if (bytes === undefined) throw new InvalidArgumentError('Give bytes or a size such as 500KB, 10MB or 2GB.')
  return bytes
}

/** `90`, `90s`, `15m`, `2h` or `7d` → seconds. */
export function parseLifetime(text: string): number {
  const seconds = secondsOf(text)
  if (seconds === undefined || seconds < 1)
    throw new InvalidArgumentError('Give seconds or a time such as 90s, 15m, 2h or 7d.')
  return seconds
}

/** `8000` → 8000; 0 asks the system for a free port. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw new InvalidArgumentError('Give a number from 1 to 65535, or 0 for a free port.')
  return port
}

/** `image/png,video/*` → both. The option may also be given several times. */
export function parseTypes(text: string, before: readonly string[] = []): string[] {
  const types = text.split(',').map((type) => type.trim().toLowerCase())
  if (!types.every((type) => /^[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+)$/.test(type)))
    throw new InvalidArgumentError('Give types such as image/png,video/*.')
  return [...before, ...types]
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** `cn-hangzhou`, or `oss-cn-hangzhou` as vendor code writes it. */
export function parseRegion(text: string): string {
  try {
    return readRegion(text)
  } catch {
    throw new InvalidArgumentError('Give a region such as cn-hangzhou.')
  }
}

/** `2` → 2 proxies. */
export function parseProxies(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give how many proxies stand in front, such as 1.')
}
