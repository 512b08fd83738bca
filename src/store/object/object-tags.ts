import { MAX_TAG_KEY_BYTES, MAX_TAG_VALUE_BYTES, MAX_TAGS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { Tag } from '../disk/records.ts'
import { readUrlEncoded } from './url-encoded.ts'

/** The tags of an `x-oss-tagging` header: `color=red&sold`, each name and value URL-encoded. */
export function readTagHeader(value: string | undefined): readonly Tag[] {
  if (value === undefined || value === '') return []
  const tags = value.split('&').map(readPair)
  const names = new Set(tags.map(([key]) => key))
  if (names.size < tags.length) throw headerMalformed('It names a tag twice.')
  checkTags(tags)
  return tags
}

/**
 * Refuses tags that an object cannot have.
 *
 * @see docs/spec/object-api.md section 3
 */
export function checkTags(tags: readonly Tag[]): void {
  if (tags.length > MAX_TAGS)
    throw new PosternError('tags-too-many', `An object has at most ${MAX_TAGS} tags; these are ${tags.length}.`)
  const names = new Set<string>()
  for (const [key, value] of tags) {
    if (key === '' || isTooLong(key, MAX_TAG_KEY_BYTES) || !hasTagCharacters(key))
      throw new PosternError('tag-key-invalid', ruleFor(`1 to ${MAX_TAG_KEY_BYTES}`), shown(key))
    if (isTooLong(value, MAX_TAG_VALUE_BYTES) || !hasTagCharacters(value))
      throw new PosternError('tag-value-invalid', ruleFor(`at most ${MAX_TAG_VALUE_BYTES}`), shown(value))
    if (names.has(key)) throw new PosternError('tag-repeated', `"${key}" occurs twice.`, shown(key))
    names.add(key)
  }
}

function readPair(pair: string): Tag {
  const parts = pair.split('=').map(readUrlEncoded)
  const [key, value = ''] = parts
  if (key !== undefined && parts.length <= 2 && !parts.includes(undefined)) return [key, value]
  throw headerMalformed('Write it as "key=value&key=value", each part percent-encoded.')
}

function isTooLong(text: string, maxBytes: number): boolean {
  return Buffer.byteLength(text) > maxBytes
}

/** Letters and digits of any alphabet, spaces, and a few marks. */
function hasTagCharacters(text: string): boolean {
  return /^[\p{L}\p{M}\p{N} +\-=._:/]*$/u.test(text)
}

function ruleFor(length: string): string {
  return `It has ${length} bytes: letters, digits, spaces, and + - = . _ : /`
}

function shown(text: string): { readonly ArgumentValue: string } {
  return { ArgumentValue: text.slice(0, 100) }
}

function headerMalformed(detail: string): PosternError {
  return new PosternError('tagging-header-malformed', detail, { ArgumentName: 'x-oss-tagging' })
}
