import type { ObjectRecord } from '../disk/records.ts'
import { noSuchBucket } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { noSuchObject } from './object-headers.ts'

/** Changes what is said of an object that is there, and nothing else of it, whoever writes it at the same moment. */
export async function changeExisting(
  { catalog }: StoreContext,
  { bucket, key }: ObjectCall,
  change: (object: ObjectRecord) => ObjectRecord,
): Promise<void> {
  const changed = await catalog.changeObject(bucket, key, ({ current }) => {
    if (current === undefined) throw noSuchObject(bucket, key)
    return change(current)
  })
  if (changed === 'no-bucket') throw noSuchBucket(bucket)
}
