import { PosternError } from '../base/known-errors.ts'
import { MAX_CLOCK_SKEW_MS } from '../base/limits.ts'

/** `20231203T121212Z`: how V4 writes an instant. */
export function compactDate(instant: Date): string {
  const iso = instant.toISOString() // 2023-12-03T12:12:12.000Z
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Reads `YYYYMMDDTHHMMSSZ`, or gives `undefined` where the text is not exactly that, or is no day of the calendar. */
export function parseCompactDate(text: string): Date | undefined {
  if (text.length !== 16) return undefined
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`
  const time = `${text.slice(9, 11)}:${text.slice(11, 13)}:${text.slice(13, 15)}`
  return exactly(new Date(`${day}T${time}Z`), text, compactDate) // 30 February would be read as 2 March
}

/** Reads `Wed, 28 Dec 2022 10:27:41 GMT`, or gives `undefined` where the text is not exactly that. */
export function parseHttpDate(text: string): Date | undefined {
  if (text.length !== 29) return undefined
  return exactly(new Date(text), text, (instant) => instant.toUTCString())
}

/** A signature may be dated a little ahead, for the signer's clock. @see docs/spec/post-object.md section 5 */
export function refuseDateAhead(date: Date, now: Date): void {
  if (date.getTime() - now.getTime() <= MAX_CLOCK_SKEW_MS) return
  throw new PosternError(
    'date-ahead',
    `The signature is dated ${date.toISOString()}, more than 15 minutes after this server's ${now.toISOString()}. Set the signer's clock to UTC.`,
    { RequestTime: date.toISOString(), ServerTime: now.toISOString() },
  )
}

function exactly(instant: Date, text: string, write: (instant: Date) => string): Date | undefined {
  return Number.isNaN(instant.getTime()) || write(instant) !== text ? undefined : instant
}
