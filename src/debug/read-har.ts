import { DebugError, type Evidence, type Sent } from './evidence.ts'
import { bodyFields } from './multipart-text.ts'
import { readAnswer } from './read-answer.ts'

/**
 * One entry of a HAR file, which is what browsers save their network panel as: of a whole file the last that was refused,
 * else the last. `undefined` where the value is no HAR.
 *
 * @see http://www.softwareishard.com/blog/har-12-spec/
 */
export function readHar(value: unknown): Evidence | undefined {
  const entries = entriesOf(value)
  if (entries === undefined) return undefined
  const entry =
    [...entries].reverse().find((one) => numberIn(member(one, 'response'), 'status') >= 400) ?? entries.at(-1)
  if (entry === undefined) throw new DebugError('The HAR file holds no request.')
  const answer = readAnswer(contentOf(member(member(entry, 'response'), 'content')))
  const at = new Date(textIn(entry, 'startedDateTime') ?? '')
  return {
    sent: readRequest(member(entry, 'request')),
    ...(answer && { answer }),
    ...(Number.isNaN(at.getTime()) ? {} : { at }),
  }
}

/** A body is text, or what a browser did not take for text in Base64. */
function contentOf(content: unknown): string {
  const text = textIn(content, 'text') ?? ''
  return textIn(content, 'encoding') === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text
}

function entriesOf(value: unknown): readonly unknown[] | undefined {
  const entries = member(member(value, 'log'), 'entries')
  if (Array.isArray(entries)) return entries
  return member(value, 'request') === undefined ? undefined : [value]
}

function readRequest(request: unknown): Sent {
  const url = textIn(request, 'url')
  if (url === undefined) throw new DebugError('The request in the HAR file has no "url".')
  const headers = new Map(pairs(member(request, 'headers')).filter(([name]) => !name.startsWith(':')))
  const posted = member(request, 'postData')
  const params = pairs(member(posted, 'params')).filter(([name]) => name !== 'file')
  const type = textIn(posted, 'mimeType') ?? headers.get('content-type')
  const isForm = /^multipart\/form-data/i.test(type ?? '') && params.length > 0
  const fields = isForm ? new Map(params) : bodyFields(type, textIn(posted, 'text') ?? '')
  if (fields !== undefined) return { kind: 'form', url, fields }
  return { kind: 'request', method: textIn(request, 'method') ?? 'GET', url, headers }
}

/** `[{name, value}]` → names in lower case, and values. */
function pairs(list: unknown): (readonly [string, string])[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown) => {
    const name = textIn(item, 'name')
    return name === undefined ? [] : [[name.toLowerCase(), textIn(item, 'value') ?? ''] as const]
  })
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

function textIn(value: unknown, name: string): string | undefined {
  const text = member(value, name)
  return typeof text === 'string' ? text : undefined
}

function numberIn(value: unknown, name: string): number {
  const number = member(value, name)
  return typeof number === 'number' ? number : Number.NaN
}
