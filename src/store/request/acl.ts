import { PosternError } from '../../base/request-errors.ts'
import type { BucketAcl, ObjectAcl } from '../disk/records.ts'

const BUCKET_ACLS: readonly BucketAcl[] = ['private', 'public-read', 'public-read-write']
const OBJECT_ACLS: readonly ObjectAcl[] = ['default', ...BUCKET_ACLS]

/** The ACL of a bucket by its name, or the refusal. @param named where the value stood, for the message */
export function parseBucketAcl(value: string, named: string): BucketAcl {
  return parse(BUCKET_ACLS, value, named)
}

/** The ACL of an object by its name, or the refusal. */
export function parseObjectAcl(value: string, named: string): ObjectAcl {
  return parse(OBJECT_ACLS, value, named)
}

function parse<Acl extends string>(acls: readonly Acl[], value: string, named: string): Acl {
  const acl = acls.find((known) => known === value)
  if (acl !== undefined) return acl
  const facts = { ArgumentName: named, ArgumentValue: value }
  throw new PosternError('acl-invalid', `"${named}" is ${acls.join(', ')}; this one is "${value}".`, facts)
}
