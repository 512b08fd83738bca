import { createHash } from 'node:crypto'
import { readBase64, readUtf8 } from '../base/bytes.ts'
import type { CauseCode } from './cause.ts'
import type { Rebuilt } from './rebuilt.ts'
import { percentDecoded } from './target.ts'

/** A text that is usually signed by mistake, and which mistake that is. */
export interface UsualText {
  readonly code: CauseCode
  readonly text: string
}

/** What is signed in place of the right text, when people go wrong. */
export function usualTexts(rebuilt: Rebuilt): readonly UsualText[] {
  if (rebuilt.by === 'form') return ofPolicy(rebuilt.stringToSign)
  const { canonicalRequest, stringToSign } = rebuilt
  if (canonicalRequest === undefined) return ofV1(stringToSign)
  const hashed = (canonical: string) => stringToSign.replace(/[^\n]*$/, sha256(canonical))
  return ofCanonical(canonicalRequest).map(({ code, text }) => ({ code, text: hashed(text) }))
}

function ofPolicy(policy: string): readonly UsualText[] {
  const plain = policy.replaceAll(' ', '+')
  const json = textOf(plain.replaceAll(/\s/g, ''))
  return [
    { code: 'plus-to-space', text: plain },
    { code: 'percent-encoded', text: encodeURIComponent(policy) },
    { code: 'percent-encoded', text: percentDecoded(policy) },
    ...wrapped(policy).map((text) => ({ code: 'policy-line-breaks', text }) as const),
    ...(json === undefined
      ? []
      : [
          { code: 'policy-json-signed', text: json } as const,
          ...rewritten(json).map(
            (text) => ({ code: 'policy-reencoded', text: Buffer.from(text).toString('base64') }) as const,
          ),
        ]),
  ]
}

/** A V1 text line by line: method, MD5, type, date, headers, resource. */
function ofV1(text: string): readonly UsualText[] {
  const lines = text.split('\n')
  const resource = lines.at(-1) ?? ''
  const withLine = (at: number, line: string) => changed(lines, at, 1, line)
  const last = lines.length - 1
  return [
    ...USUAL_TYPES.map((type) => ({ code: 'content-type-changed', text: withLine(2, type) }) as const),
    { code: 'md5-changed', text: withLine(1, '') },
    { code: 'path-encoded', text: withLine(last, encodeURI(resource)) },
    { code: 'path-encoded', text: withLine(last, `/${encodeURIComponent(resource.slice(1))}`) },
    { code: 'path-changed', text: withLine(last, resource.replace(/^\/[^/]*/, '')) },
    ...METHODS.map((method) => ({ code: 'method-changed', text: withLine(0, method) }) as const),
  ]
}

function ofCanonical(text: string): readonly UsualText[] {
  const lines = text.split('\n')
  const [, path = ''] = lines
  const withLine = (at: number, line: string) => changed(lines, at, 1, line)
  const typeAt = lines.findIndex((line) => line.startsWith('content-type:'))
  const withoutType = typeAt === -1 ? [] : [changed(lines, typeAt, 1)]
  const otherTypes = USUAL_TYPES.filter((type) => type !== '').map((type) =>
    typeAt === -1 ? changed(lines, 3, 0, `content-type:${type}`) : withLine(typeAt, `content-type:${type}`),
  )
  return [
    ...[...withoutType, ...otherTypes].map((other) => ({ code: 'content-type-changed', text: other }) as const),
    { code: 'path-encoded', text: withLine(1, `/${encodeURIComponent(percentDecoded(path.slice(1)))}`) },
    { code: 'path-encoded', text: withLine(1, encodeURI(path)) },
    { code: 'path-encoded', text: withLine(1, percentDecoded(path)) },
    { code: 'path-changed', text: withLine(1, path.replace(/^\/[^/]*/, '')) },
    ...METHODS.map((method) => ({ code: 'method-changed', text: withLine(0, method) }) as const),
  ]
}

/** The lines as a text, with some in place of others. */
function changed(lines: readonly string[], at: number, count: number, ...others: readonly string[]): string {
  return [...lines.slice(0, at), ...others, ...lines.slice(at + count)].join('\n')
}

/** The same JSON as other writers write it. */
function rewritten(json: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(json)
    const compact = JSON.stringify(value)
    return [compact, compact.replaceAll('/', '\\/'), JSON.stringify(value, undefined, 2)]
  } catch {
    return []
  }
}

/** Base64 as writers break it: after 76 or 64 characters, or at its end. */
function wrapped(policy: string): readonly string[] {
  const plain = policy.replaceAll(/\s/g, '')
  const lines = [76, 64].flatMap((width) => {
    const rows = plain.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
    return ['\n', '\r\n'].flatMap((end) => [rows.join(end), `${rows.join(end)}${end}`])
  })
  return [plain, `${plain}\n`, `${plain}\r\n`, ...lines]
}

function textOf(policy: string): string | undefined {
  const bytes = readBase64(policy)
  return bytes && readUtf8(bytes)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'put', 'post', 'get']
/** What clients send of their own accord, and none. */
const USUAL_TYPES = [
  '',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'text/plain;charset=UTF-8',
  'image/png',
  'image/jpeg',
]
