import { PosternError } from '../../base/request-errors.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { authorize } from '../request/authorize.ts'
import type { Caller } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { existingObject } from './object-headers.ts'

/**
 * What a reader of this object is given: itself, or, of a symlink, the bytes of the object it stands for with what was
 * said of the link. Whoever reads through a link must be allowed to read both.
 *
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/getobject "Response headers"
 */
export function readThrough(context: StoreContext, caller: Caller, bucket: string, key: string): ObjectRecord {
  const link = existingObject(context.catalog, bucket, key)
  if (link.target === undefined) return link
  authorize(context, caller, { kind: 'get-object', bucket, key: link.target })
  const { size, md5, crc64, etag, modified, content } = existingTarget(context, bucket, link.target)
  return {
    ...link,
    ...{ size, crc64, etag, content },
    ...(md5 !== undefined && { md5 }),
    modified: Math.max(link.modified, modified),
  }
}

function existingTarget({ catalog }: StoreContext, bucket: string, key: string): ObjectRecord {
  const target = catalog.object(bucket, key)
  if (target === undefined)
    throw new PosternError('symlink-target-not-found', `It stands for "${key}".`, { SymlinkTarget: key })
  if (target.type !== 'Symlink') return target
  throw new PosternError('symlink-target-symlink', `It stands for "${key}", a symlink itself.`, { SymlinkTarget: key })
}
