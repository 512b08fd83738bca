import { createHash } from 'node:crypto'

/** A name as Redis keeps it. */
export type NameInRedis = (name: string) => string

/** Hashed with the bucket, so that no name can be made to look like another's, and nobody reads in Redis who uploads. */
export function createNameInRedis(bucket: string): NameInRedis {
  return (name) =>
    createHash('sha256')
      .update(JSON.stringify([bucket, name]))
      .digest('base64url')
}
