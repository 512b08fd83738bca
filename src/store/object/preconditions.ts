import { PosternError } from '../../base/request-errors.ts'
import type { ObjectRecord } from '../disk/records.ts'

/**
 * Whether the reader has this object already; refuses where it wants another than there is.
 *
 * @param prefix what the names of the four headers begin with, where they speak of an object to copy
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 * @see docs/spec/object-api.md section 5
 */
export function isUnchanged(
  headers: ReadonlyMap<string, string>,
  { etag, modified }: Pick<ObjectRecord, 'etag' | 'modified'>,
  prefix = '',
): boolean {
  const seconds = Math.floor(modified / 1000) // a header's date has no finer part
  const given = (name: string) => headers.get(`${prefix}${name}`)
  const since = (name: string) => secondsOf(given(name))
  const match = given('if-match')
  if (match !== undefined) {
    if (!names(match, etag)) throw failed(`${prefix}If-Match`)
  } else if ((since('if-unmodified-since') ?? seconds) < seconds) throw failed(`${prefix}If-Unmodified-Since`)

  const noneMatch = given('if-none-match')
  if (noneMatch !== undefined) return names(noneMatch, etag)
  const modifiedSince = since('if-modified-since')
  return modifiedSince !== undefined && seconds <= modifiedSince
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || isEtag(item.trim(), etag))
}

/** Clients send ETags with and without quotes. */
export function isEtag(text: string, etag: string): boolean {
  return text === etag || `"${text}"` === etag
}

/** A date in seconds; one that cannot be read is passed over, as HTTP asks. */
export function secondsOf(date: string | undefined): number | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}

function failed(condition: string): PosternError {
  return new PosternError('precondition-failed', `It was ${condition}.`, { Condition: condition })
}
