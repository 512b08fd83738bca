import type { KeyPolicy, Statement } from './key-policy.ts'

/** Where a ready-made policy holds: a bucket, or what begins with a prefix in it. */
export interface Place {
  readonly bucket: string
  readonly prefix: string
}

/** Reads objects, and lists them where the place is a whole bucket: a list below a prefix would need a condition. */
export function readOnlyPolicy(place: Place): KeyPolicy {
  const reading = allow(['oss:GetObject', 'oss:GetObjectAcl', 'oss:GetObjectTagging'], objectsOf(place))
  const looking = allow(['oss:ListObjects', 'oss:GetBucketInfo', 'oss:GetBucketLocation'], place.bucket)
  return { statements: place.prefix === '' ? [reading, looking] : [reading] }
}

/** Puts objects, in parts too, and neither reads them nor opens them to everybody. */
export function uploadOnlyPolicy(place: Place): KeyPolicy {
  const resource = objectsOf(place)
  return {
    statements: [
      allow(['oss:PutObject', 'oss:ListParts', 'oss:AbortMultipartUpload'], resource),
      { effect: 'Deny', actions: ['oss:PutObjectAcl'], resources: [resource] },
    ],
  }
}

function objectsOf({ bucket, prefix }: Place): string {
  return `${bucket}/${prefix}*`
}

function allow(actions: readonly string[], resource: string): Statement {
  return { effect: 'Allow', actions, resources: [resource] }
}
