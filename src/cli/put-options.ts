import { InvalidArgumentError } from 'commander'
import { usageError } from './command-error.ts'

export interface PutOptions {
  /** Ends in `/`. */
  readonly to: string
  readonly route?: string
  readonly type?: string
  readonly meta?: Readonly<Record<string, string>>
  /** As they were typed. */
  readonly header?: readonly string[]
  /** Bytes. */
  readonly partsFrom?: number
  readonly json?: true
}

/** `https://app.example/uploader` → with a `/` at its end. */
export function parseIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new InvalidArgumentError('Give an address such as https://app.example.')
  if (url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('Take the password out of the address: give it with --header.')
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

/** `author=eva` → one more entry of user metadata. */
export function parseMeta(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name = '', value = ''] = /^([a-z0-9][\w-]*)=(.*)$/is.exec(text) ?? []
  if (name === '') throw new InvalidArgumentError('Give a name and a value such as author=eva.')
  return { ...before, [name.toLowerCase()]: value }
}

/**
 * `Authorization: Bearer …` → a header. Where it is none, the sentence does not repeat it: it may be a secret.
 *
 * @param where the option or the variable that it comes from
 */
export function parseHeader(text: string, where: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? []
  if (name === '') throw usageError(`${where} is no header. Give a name and a value such as 'Authorization: Bearer …'.`)
  return [name.toLowerCase(), value]
}
