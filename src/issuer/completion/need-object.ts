import { PosternError } from '../../base/issuer-errors.ts'
import type { IssuerContext } from '../context.ts'
import type { StoredObject } from '../storage/storage-client.ts'

/** The object that the storage has under this key, or `upload-missing`. */
export async function needObject({ client }: IssuerContext, key: string): Promise<StoredObject> {
  const object = await client.headObject(key)
  if (object !== undefined) return object
  throw new PosternError('upload-missing', 'Nothing is stored under the key of this upload. Send the file first.')
}
