import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { StoreContext } from '../request/context.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { location } from './bucket-place.ts'

/** `GET /?location`. @see docs/spec/object-api.md section 5 */
export function getBucketLocation({ region }: StoreContext): StoreResponse {
  return xmlResponse(element('LocationConstraint', text(location(region))))
}
