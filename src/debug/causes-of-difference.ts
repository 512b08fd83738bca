import { readBase64, readUtf8 } from '../base/bytes.ts'
import { type Cause, type CauseCode, cause } from './cause.ts'
import type { Comparison } from './comparison.ts'
import type { Difference } from './difference.ts'
import type { Rebuilt } from './rebuilt.ts'
import { percentDecoded } from './target.ts'

/** What a difference between the text that is needed and another usually means. */
export function causeOfDifference({ what, texts, difference }: Comparison, rebuilt: Rebuilt): Cause | undefined {
  if (difference === undefined) return undefined
  if (rebuilt.by === 'form') return cause(ofPolicy(...texts))
  const { line, ours = '', theirs = '' } = difference
  if (what === 'canonical request') return cause(ofCanonical(line, ours, theirs))
  const code = rebuilt.canonicalRequest === undefined ? ofV1(difference) : ofV4(line)
  return code && cause(code)
}

function ofPolicy(ours: string, theirs: string): CauseCode {
  if (ours.replaceAll(' ', '+') === theirs.replaceAll(' ', '+')) return 'plus-to-space'
  if (percentDecoded(ours) === percentDecoded(theirs)) return 'percent-encoded'
  if (ours.replaceAll(/\s/g, '') === theirs.replaceAll(/\s/g, '')) return 'policy-line-breaks'
  return sameJson(ours, theirs) ? 'policy-reencoded' : 'policy-changed'
}

/** Method, MD5, type, date, then headers, then the resource. */
function ofV1({ line, ours, theirs }: Difference): CauseCode {
  const first = FIRST_LINES_V1[line - 1]
  if (first !== undefined) return first
  return isHeader(ours) || isHeader(theirs) ? ofHeader(ours, theirs) : ofPath(ours ?? '', theirs ?? '')
}

/** The hash differs as soon as anything does: then the canonical request tells what. */
function ofV4(line: number): CauseCode | undefined {
  return line === 2 ? 'date-changed' : line === 3 ? 'region-other' : undefined
}

function ofCanonical(line: number, ours: string, theirs: string): CauseCode {
  if (line === 1) return 'method-changed'
  if (line === 2) return ofPath(ours, theirs)
  if (line === 3) return 'query-changed'
  return ofHeader(ours, theirs)
}

function ofHeader(ours: string | undefined, theirs: string | undefined): CauseCode {
  const names = [ours, theirs].map((line) => line?.split(':', 1)[0])
  if (names.includes('content-type')) return 'content-type-changed'
  if (names.includes('content-md5')) return 'md5-changed'
  return names[0] === names[1] ? 'header-changed' : 'header-added'
}

function ofPath(ours: string, theirs: string): CauseCode {
  return fullyDecoded(ours) === fullyDecoded(theirs) ? 'path-encoded' : 'path-changed'
}

function isHeader(line: string | undefined): boolean {
  return line !== undefined && /^[a-z0-9-]+:/.test(line)
}

/** Escapes of escapes too, as often as people do it. */
function fullyDecoded(text: string): string {
  let decoded = text
  for (let times = 0; times < MAX_DECODED; times++) decoded = percentDecoded(decoded)
  return decoded
}

/** Whether two Base64 texts stand for the same JSON. */
function sameJson(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => {
    const bytes = readBase64(text)
    return bytes && readUtf8(bytes)?.replaceAll(/\s/g, '').replaceAll('\\/', '/')
  })
  return a !== undefined && a === b
}

const MAX_DECODED = 3
const FIRST_LINES_V1: readonly CauseCode[] = ['method-changed', 'md5-changed', 'content-type-changed', 'date-changed']
