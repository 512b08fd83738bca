import type { BucketRecord, Content, ObjectRecord } from './records.ts'

/** Records for the tests of the disk layer. */

export const BUCKET: BucketRecord = { name: 'photos', created: 1_767_323_045_000, owner: 'test-key', acl: 'private' }

export function objectRecord(content: Content, changed: Partial<ObjectRecord> = {}): ObjectRecord {
  return {
    type: 'Normal',
    size: sizeOf(content),
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
    tags: [],
    ...changed,
  }
}

function sizeOf(content: Content): number {
  if (content.kind === 'inline') return content.bytes.length
  return content.kind === 'blob' ? content.size : content.pieces.reduce((sum, { size }) => sum + size, 0)
}

export function inline(text: string): Content {
  return { kind: 'inline', bytes: Buffer.from(text) }
}

export function blob(name: string, size = 100_000): Content {
  return { kind: 'blob', name, size }
}
