import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { StoreContext } from '../request/context.ts'
import { xmlResponse } from '../request/xml-response.ts'

/** `GET /?location`: `oss-` and the region. @see docs/spec/object-api.md section 5 */
export function getBucketLocation({ region }: StoreContext): StoreResponse {
  return xmlResponse(element('LocationConstraint', text(`oss-${region}`)))
}
