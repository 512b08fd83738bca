import { MAX_TAGGING_XML_BYTES } from '../../base/limits.ts'
import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { Tag } from '../disk/records.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { elements, exactTexts, malformed, readDocument, type XmlElement } from '../request/read-document.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { changeExisting } from './change-existing.ts'
import { existingObject } from './object-headers.ts'
import { checkTags } from './object-tags.ts'

/** `GET /key?tagging`: an empty set where there are none, for ali-oss expects that. @see docs/spec/object-api.md section 5 */
export function getObjectTagging({ catalog }: StoreContext, { bucket, key }: ObjectCall): StoreResponse {
  const { tags } = existingObject(catalog, bucket, key)
  return xmlResponse(element('Tagging', element('TagSet', ...tags.map(tagXml))))
}

/** `PUT /key?tagging`: these tags instead of those before. The object's time stays. */
export async function putObjectTagging(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const document = await readDocument(call.request, 'Tagging', MAX_TAGGING_XML_BYTES)
  if (document === undefined) throw malformed('The request has no body; it must be the tags.')
  const tags = readTags(document)
  checkTags(tags)
  await changeExisting(context, call, (object) => ({ ...object, tags }))
  return { status: 200, headers: { 'content-length': '0' } }
}

/** `DELETE /key?tagging`: also where there are none. */
export async function deleteObjectTagging(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  await changeExisting(context, call, (object) => ({ ...object, tags: [] }))
  return { status: 204, headers: {} }
}

function readTags(document: XmlElement): Tag[] {
  const sets = elements(document, 'TagSet')
  if (sets.length !== 1) throw malformed('<Tagging> holds one <TagSet>.')
  return sets.flatMap((set) => elements(set, 'Tag').map(readTag))
}

function readTag(tag: XmlElement): Tag {
  const [keys, values] = [exactTexts(tag, 'Key'), exactTexts(tag, 'Value')]
  const [key, value = ''] = [keys[0], values[0]]
  if (key !== undefined && keys.length === 1 && values.length <= 1) return [key, value]
  throw malformed('<Tag> holds one <Key> and one <Value>.')
}

function tagXml([key, value]: Tag): string {
  return element('Tag', element('Key', text(key)), element('Value', text(value)))
}
