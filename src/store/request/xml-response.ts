import { xmlDocument } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'

/** 200 with a document around this root. */
export function xmlResponse(root: string): StoreResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: xmlDocument(root) }
}
