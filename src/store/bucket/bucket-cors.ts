import { MAX_CORS_RULES, MAX_CORS_XML_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { Cors, CorsRule } from '../disk/records.ts'
import { existingBucket, noSuchBucket } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { elements, malformed, readDocument, texts, type XmlElement } from '../request/read-document.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { corsFault } from './cors-rules.ts'

/** `GET /?cors`: the rules as they were given. */
export function getBucketCors({ catalog }: StoreContext, { bucket }: BucketCall): StoreResponse {
  const { cors } = existingBucket(catalog, bucket)
  if (cors === undefined) throw new PosternError('cors-not-configured', `The bucket "${bucket}" has no CORS rules.`)
  const vary = element('ResponseVary', String(cors.varyAlways))
  return xmlResponse(element('CORSConfiguration', ...cors.rules.map(ruleXml), vary))
}

/** `PUT /?cors`: replaces all the rules. @see docs/spec/object-api.md section 6 */
export async function putBucketCors(
  { catalog }: StoreContext,
  { request, bucket }: BucketCall,
): Promise<StoreResponse> {
  const document = await readDocument(request, 'CORSConfiguration', MAX_CORS_XML_BYTES, beyondLimit)
  if (document === undefined) throw malformed('The request has no body; it must be the rules.')
  const cors = readCors(document)
  if (cors.rules.length > MAX_CORS_RULES)
    throw beyondLimit(`At most ${MAX_CORS_RULES} are allowed; these are ${cors.rules.length}.`)
  const fault = corsFault(cors)
  if (fault !== undefined) throw malformed(fault)
  const changed = await catalog.updateBucket(bucket, (record) => ({ ...record, cors }))
  if (changed === undefined) throw noSuchBucket(bucket)
  return { status: 200, headers: { 'content-length': '0' } }
}

/** `DELETE /?cors`: also where there are none. */
export async function deleteBucketCors({ catalog }: StoreContext, { bucket }: BucketCall): Promise<StoreResponse> {
  const changed = await catalog.updateBucket(bucket, ({ cors: _, ...record }) => record)
  if (changed === undefined) throw noSuchBucket(bucket)
  return { status: 204, headers: {} }
}

/** One code for too many rules and for too many bytes: docs/spec/object-api.md section 3. */
function beyondLimit(detail: string): PosternError {
  return new PosternError('cors-too-many-rules', detail)
}

function readCors(document: XmlElement): Cors {
  const rules = elements(document, 'CORSRule').map(readRule)
  return { rules, varyAlways: texts(document, 'ResponseVary')[0] === 'true' }
}

function readRule(rule: XmlElement): CorsRule {
  const [maxAge] = texts(rule, 'MaxAgeSeconds')
  return {
    origins: texts(rule, 'AllowedOrigin'),
    methods: texts(rule, 'AllowedMethod'),
    headers: texts(rule, 'AllowedHeader'),
    exposed: texts(rule, 'ExposeHeader'),
    ...(maxAge !== undefined && { maxAgeSeconds: /^\d{1,9}$/.test(maxAge) ? Number(maxAge) : Number.NaN }),
  }
}

function ruleXml({ origins, methods, headers, exposed, maxAgeSeconds }: CorsRule): string {
  const all = (name: string, values: readonly string[]) => values.map((value) => element(name, text(value)))
  return element(
    'CORSRule',
    ...all('AllowedOrigin', origins),
    ...all('AllowedMethod', methods),
    ...all('AllowedHeader', headers),
    ...all('ExposeHeader', exposed),
    ...(maxAgeSeconds === undefined ? [] : [element('MaxAgeSeconds', String(maxAgeSeconds))]),
  )
}
