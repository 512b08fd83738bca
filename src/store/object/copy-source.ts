import { PosternError } from '../../base/request-errors.ts'
import { checkKey } from '../../form/key.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { authorize } from '../request/authorize.ts'
import { isBucketName } from '../request/bucket-name.ts'
import type { Caller } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { headerText } from '../request/header-text.ts'
import { isUnchanged } from './preconditions.ts'
import { readUrlEncoded } from './url-encoded.ts'

export interface CopySource {
  readonly bucket: string
  readonly key: string
}

const HEADER = 'x-oss-copy-source'

/**
 * The object that `x-oss-copy-source` names, which this caller may read. Whether it is there is not asked yet.
 *
 * @see docs/spec/object-api.md section 5, CopyObject
 */
export function readCopySource(
  context: StoreContext,
  caller: Caller,
  headers: ReadonlyMap<string, string>,
): CopySource {
  const source = parseCopySource(headerText(headers.get(HEADER) ?? ''))
  authorize(context, caller, { kind: 'get-object', ...source })
  return source
}

/** What the `x-oss-copy-source-if-…` headers say: `true` is answered by 304, and a condition that does not hold is thrown. */
export function isSourceUnchanged(headers: ReadonlyMap<string, string>, source: ObjectRecord): boolean {
  return isUnchanged(headers, source, `${HEADER}-`)
}

/** `/bucket/url-encoded-key`. A `?` of the key is encoded, so a bare one begins the version. */
function parseCopySource(value: string): CopySource {
  const [path = '', version] = value.split(/\?(.*)/s, 2)
  if (version?.startsWith('versionId='))
    throw new PosternError('operation-unknown', 'This store keeps no versions.', { Header: HEADER })
  const [, bucket = '', encoded = ''] = /^\/([^/]*)\/(.*)$/s.exec(path) ?? []
  const key = readUrlEncoded(encoded)
  if (version !== undefined || !isBucketName(bucket) || key === undefined || key === '') throw sourceInvalid(value)
  checkKey(key)
  return { bucket, key }
}

function sourceInvalid(value: string): PosternError {
  const facts = { ArgumentName: HEADER, ArgumentValue: value.slice(0, 100) }
  return new PosternError('copy-source-invalid', 'The key must be URL-encoded.', facts)
}
