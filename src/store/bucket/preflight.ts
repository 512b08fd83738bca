import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { existingBucket } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { findRule, ruleHeaders } from './cors-rules.ts'

/** A browser's question before it sends: may this origin? Nobody signs it. @see docs/spec/object-api.md section 6 */
export function preflight({ catalog }: StoreContext, { request: { headers }, bucket }: BucketCall): StoreResponse {
  const origin = headers.get('origin')
  if (origin === undefined) throw new PosternError('cors-insufficient', 'Origin request header needed.')
  const method = headers.get('access-control-request-method')
  if (method === undefined)
    throw new PosternError('cors-insufficient', 'Request Access-Control-Request-Method header needed.')

  const { cors } = existingBucket(catalog, bucket)
  const asked = headerNames(headers.get('access-control-request-headers'))
  const rule = findRule(cors, { origin, method, headers: asked })
  if (rule === undefined)
    throw new PosternError(
      'cors-forbidden',
      `No rule of the bucket allows ${method} from ${origin} with these headers.`,
    )
  const allowed = asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }
  return {
    status: 200,
    headers: { ...ruleHeaders(rule, origin, cors?.varyAlways === true), ...allowed, 'content-length': '0' },
  }
}

function headerNames(list = ''): string[] {
  return list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}
