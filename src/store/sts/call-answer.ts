import { errorRow, PosternError } from '../../base/request-errors.ts'
import { element, text, xmlDocument } from '../../base/xml.ts'
import type { StoreRequest, StoreResponse } from '../../http/exchange.ts'
import { type CallParameters, parameter } from './call-parameters.ts'

/** The members of an answer: texts, or members of their own. */
interface Members {
  readonly [name: string]: string | Members
}

export type AnswerFormat = 'JSON' | 'XML'

/** How the answer is to be written: XML where nothing is said, as in every API of this kind. */
export function readFormat(parameters: CallParameters): AnswerFormat {
  const format = (parameter(parameters, 'Format') ?? 'XML').toUpperCase()
  if (format === 'JSON' || format === 'XML') return format
  throw new PosternError('sts-format-invalid', 'Write "JSON" or "XML".')
}

/** The answer to a call. What it holds must not be kept on the way. */
export function callAnswer(status: number, root: string, members: Members, format: AnswerFormat): StoreResponse {
  const isJson = format === 'JSON'
  const headers = {
    'content-type': isJson ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8',
    'cache-control': 'no-store',
  }
  return { status, headers, body: isJson ? JSON.stringify(members) : xmlDocument(xmlOf(root, members)) }
}

/** A refusal as STS writes it. @see docs/spec/auth.md section 5 */
export function callRefusal(
  { code, message }: PosternError,
  { headers }: StoreRequest,
  requestId: string,
  format: AnswerFormat,
): StoreResponse {
  const { status, oss: Code } = errorRow(code)
  const Recommend = `https://api.aliyun.com/troubleshoot?q=${Code}&product=Sts`
  const members = { RequestId: requestId, HostId: headers.get('host') ?? '', Code, Message: message, Recommend }
  return callAnswer(status, 'Error', members, format)
}

function xmlOf(name: string, value: string | Members): string {
  if (typeof value === 'string') return element(name, text(value))
  return element(name, ...Object.entries(value).map(([member, content]) => xmlOf(member, content)))
}
