import { MAX_DELETE_XML_BYTES, MAX_DELETED_KEYS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { element } from '../../base/xml.ts'
import { checkKey } from '../../form/key.ts'
import type { StoreRequest, StoreResponse } from '../../http/exchange.ts'
import { authorize } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { nameEncoding, queryValue } from '../request/query.ts'
import { elements, exactTexts, malformed, readDocument, texts, type XmlElement } from '../request/read-document.ts'
import { xmlResponse } from '../request/xml-response.ts'

/**
 * `POST /?delete`: deletes up to a thousand objects; one that is absent counts as deleted. Whatever forbids one of them,
 * forbids the request: OSS's answer has no place for a key that was not deleted.
 *
 * @see docs/spec/object-api.md section 5
 */
export async function deleteObjects(context: StoreContext, call: BucketCall): Promise<StoreResponse> {
  const { caller, bucket, address, request } = call
  const encoding = nameEncoding(address)
  refuseVersion(queryValue(address, 'versionId'))
  if (caller.kind === 'anonymous') authorize(context, caller, { kind: 'delete-object', bucket, key: NO_OBJECT })

  const { keys, quiet } = await readDeletion(request)
  for (const key of keys) authorize(context, caller, { kind: 'delete-object', bucket, key })
  const deleted = keys.map((key) => element('Deleted', encoding.named('Key', key))) // now: it refuses names, too
  await Promise.all([...new Set(keys)].map((key) => context.catalog.deleteObject(bucket, key))) // together: one flush
  if (quiet) return { status: 200, headers: { 'content-length': '0' } }
  return xmlResponse(element('DeleteResult', encoding.element, ...deleted))
}

/** No object has this key, so only the bucket decides: whom it is closed to cannot make us read a list of two megabytes. */
const NO_OBJECT = ''

/** An object has two elements, or three; the others leave room for comments. */
const MAX_TAGS = 10 * MAX_DELETED_KEYS

interface Deletion {
  readonly keys: readonly string[]
  /** Whether nothing is told of what was deleted. */
  readonly quiet: boolean
}

async function readDeletion(request: StoreRequest): Promise<Deletion> {
  if (!request.headers.has('content-length')) throw new PosternError('length-missing', 'Say how long the list is.')
  if (!request.headers.has('content-md5'))
    throw new PosternError('delete-digest-missing', 'Send the Content-MD5 of the list.', {
      ArgumentName: 'Content-MD5',
    })
  const document = await readDocument(request, 'Delete', MAX_DELETE_XML_BYTES, malformed, MAX_TAGS)
  if (document === undefined) throw new PosternError('delete-nothing', 'It is empty: list the objects.')
  const objects = elements(document, 'Object')
  if (objects.length === 0) throw new PosternError('delete-nothing', 'It lists no <Object>.')
  if (objects.length > MAX_DELETED_KEYS)
    throw new PosternError('delete-too-many', `It lists ${objects.length} objects; ${MAX_DELETED_KEYS} are allowed.`)
  return { keys: objects.map(readKey), quiet: readQuiet(document) }
}

function readKey(object: XmlElement): string {
  const [key, second] = exactTexts(object, 'Key')
  if (key === undefined || second !== undefined)
    throw new PosternError('delete-key-missing', 'Every <Object> has one <Key>.')
  refuseVersion(exactTexts(object, 'VersionId')[0])
  checkKey(key)
  return key
}

function refuseVersion(version: string | undefined): void {
  if (version === undefined) return
  const facts = { ResourceType: 'versionId' }
  throw new PosternError('operation-unknown', 'This store keeps no versions: leave out the VersionId.', facts)
}

function readQuiet(document: XmlElement): boolean {
  const [quiet = 'false'] = texts(document, 'Quiet')
  if (quiet === 'true' || quiet === 'false' || quiet === '') return quiet === 'true'
  throw malformed(`<Quiet> is "true" or "false"; this one is "${quiet.slice(0, 100)}".`)
}
