import { MAX_PARTS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { UploadPlace } from '../disk/catalog-uploads.ts'
import type { UploadRecord } from '../disk/records.ts'
import type { ObjectCall } from '../request/call.ts'
import { queryValue } from '../request/query.ts'

/** Which upload a request speaks of. Whether there is such a one is not asked yet. */
export function uploadPlace({ address, bucket, key }: ObjectCall): UploadPlace {
  return { bucket, key, id: queryValue(address, 'uploadId') ?? '' }
}

/** The upload's record, or the refusal that there is none. */
export function existingUpload(catalog: Catalog, place: UploadPlace): UploadRecord {
  const upload = catalog.upload(place)
  if (upload === undefined) throw noSuchUpload(place)
  return upload
}

export function noSuchUpload({ bucket, key, id }: UploadPlace): PosternError {
  const shown = id.slice(0, 100)
  return new PosternError('upload-not-found', `"${key}" in "${bucket}" has no upload "${shown}".`, { UploadId: shown })
}

/** The part that a request speaks of. */
export function partNumber(address: RequestAddress): number {
  return parsePartNumber(queryValue(address, 'partNumber') ?? '')
}

export function parsePartNumber(value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (number >= 1 && number <= MAX_PARTS) return number
  const shown = value.slice(0, 100)
  throw new PosternError('part-number-invalid', `This one is "${shown}".`, {
    ArgumentName: 'PartNumber',
    ArgumentValue: shown,
  })
}
