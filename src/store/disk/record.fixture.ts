import type { BucketRecord, Content, ObjectRecord } from './records.ts'

/** Records for the tests of the disk layer. */

export const BUCKET: BucketRecord = { name: 'photos', created: 1_767_323_045_000, owner: 'test-key', acl: 'private' }

export function objectRecord(content: Content, changed: Partial<ObjectRecord> = {}): ObjectRecord {
  const size = content.kind === 'inline' ? content.bytes.length : content.size
  return {
    size,
    md5: Buffer.from('5EB63BBBE01EEED093CB22BB8F5ACDC3', 'hex'),
    crc64: '5981764153023615706',
    content,
    etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
    modified: 1_767_323_045_678,
    contentType: 'text/plain',
    headers: {},
    metadata: {},
    acl: 'default',
    storageClass: 'Standard',
    ...changed,
  }
}

export function inline(text: string): Content {
  return { kind: 'inline', bytes: Buffer.from(text) }
}

export function blob(name: string, size = 100_000): Content {
  return { kind: 'blob', name, size }
}
