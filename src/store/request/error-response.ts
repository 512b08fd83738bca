import { base64, utf8 } from '../../base/bytes.ts'
import { errorRow, type PosternError } from '../../base/request-errors.ts'
import { element, text, xmlDocument } from '../../base/xml.ts'
import type { StoreRequest, StoreResponse } from '../../http/exchange.ts'

/** A refusal as OSS writes it. A HEAD's answer has no body, so there the XML goes into `x-oss-err`. @see docs/spec/post-object.md section 7 */
export function errorResponse(error: PosternError, request: StoreRequest, requestId: string): StoreResponse {
  const { status, ec } = errorRow(error.code)
  const host = request.headers.get('host') ?? ''
  const headers = {
    'content-type': 'application/xml',
    ...(ec !== undefined && { 'x-oss-ec': ec }),
    ...factHeaders(error),
  }
  if (request.method !== 'HEAD') return { status, headers, body: errorXml(error, requestId, host) }
  const xml = errorXml(error, requestId, host, MAX_HEAD_FACT_CHARACTERS)
  return { status, headers: { ...headers, 'x-oss-err': base64(utf8(xml)) } }
}

/** What clients look for in a header, not in the XML. docs/spec/object-api.md section 5, AppendObject */
function factHeaders({ facts }: PosternError): Record<string, string> {
  const { NextAppendPosition: next, ActualObjectSize: size } = facts
  return {
    ...(next !== undefined && { 'x-oss-next-append-position': next }),
    ...(size !== undefined && { 'content-range': `bytes */${size}` }),
  }
}

/** A header must stay small: a fact such as a canonical request would make clients refuse the whole answer. */
const MAX_HEAD_FACT_CHARACTERS = 256

function errorXml(error: PosternError, requestId: string, host: string, maxFact = Number.POSITIVE_INFINITY): string {
  const { oss, ec } = errorRow(error.code)
  const facts = Object.entries(error.facts).filter(([, value]) => value.length <= maxFact)
  const troubleshooting = `https://api.aliyun.com/troubleshoot?q=${ec}`
  return xmlDocument(
    element(
      'Error',
      element('Code', oss),
      element('Message', text(error.message)),
      element('RequestId', requestId),
      element('HostId', text(host)),
      ...facts.map(([name, value]) => element(name, text(value))),
      ...(ec === undefined ? [] : [element('EC', ec), element('RecommendDoc', troubleshooting)]),
    ),
  )
}
