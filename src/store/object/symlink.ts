import { createHash } from 'node:crypto'
import { PosternError } from '../../base/request-errors.ts'
import { checkKey } from '../../form/key.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { authorizeProperties, noSuchBucket } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { headerText } from '../request/header-text.ts'
import { argumentInvalid } from '../request/query.ts'
import { objectExists } from './keep-object.ts'
import { existingObject, objectHeaders } from './object-headers.ts'
import { headerProperties } from './object-properties.ts'
import { refuseConditions, refuseStrays, refuseUndone } from './refused-headers.ts'
import { readUrlEncoded, urlEncoded } from './url-encoded.ts'

const TARGET = 'x-oss-symlink-target'

/**
 * `PUT /key?symlink`: an object that stands for another of its bucket. Whether that is there, and who may read it, is
 * asked of every reader, not here.
 *
 * @see docs/spec/object-api.md section 5
 */
export async function putSymlink(
  context: StoreContext,
  { request, bucket, key, caller }: ObjectCall,
): Promise<StoreResponse> {
  const { headers } = request
  refuseUndone(headers)
  refuseStrays(headers, ['x-oss-copy-source'])
  refuseConditions(headers)
  const target = readTarget(headers)
  const { forbidOverwrite, ...described } = headerProperties(headers)
  const sets = { setsAcl: described.acl !== 'default', setsTags: described.tags.length > 0 }
  authorizeProperties(context, caller, { bucket, key }, sets)

  const record: ObjectRecord = { ...described, ...bytesOfLink(target), modified: context.now().getTime() }
  const outcome = await context.catalog.putObject(bucket, key, record, { forbidOverwrite })
  if (outcome.kind === 'exists') throw objectExists(key)
  if (outcome.kind === 'no-bucket') throw noSuchBucket(bucket)
  return { status: 200, headers: { etag: record.etag, 'content-length': '0' } }
}

/** `GET /key?symlink`: what the link stands for, and what was said of it. */
export function getSymlink({ catalog }: StoreContext, { bucket, key }: ObjectCall): StoreResponse {
  const link = existingObject(catalog, bucket, key)
  if (link.target === undefined) throw new PosternError('not-symlink', `It is ${link.type}.`, { Key: key })
  return { status: 200, headers: { ...objectHeaders(link), [TARGET]: urlEncoded(link.target), 'content-length': '0' } }
}

function readTarget(headers: ReadonlyMap<string, string>): string {
  const value = headerText(headers.get(TARGET) ?? '')
  const target = readUrlEncoded(value)
  if (target === undefined || target === '') throw argumentInvalid(TARGET, value, 'is the URL-encoded key of an object')
  checkKey(target)
  return target
}

function bytesOfLink(target: string): Pick<ObjectRecord, 'type' | 'size' | 'crc64' | 'etag' | 'content' | 'target'> {
  const etag = `"${createHash('md5').update(target).digest('hex').toUpperCase()}"`
  return { type: 'Symlink', size: 0, crc64: '0', etag, content: { kind: 'inline', bytes: new Uint8Array() }, target }
}
