import type { ObjectBooks } from './catalog-content.ts'
import type { Databases } from './catalog-databases.ts'
import type { Write } from './catalog-objects.ts'
import {
  bucketKey,
  decodePart,
  decodeUpload,
  encodePart,
  encodeUpload,
  endOfBucket,
  objectKey,
  partKey,
  uploadKey,
} from './catalog-records.ts'
import { MAKES_ROOM } from './group-commit.ts'
import type { ObjectRecord, PartRecord, UploadRecord } from './records.ts'

/** Names an upload: its id counts only together with its bucket and key. */
export type UploadPlace = Pick<UploadRecord, 'bucket' | 'key' | 'id'>

/** What is there when an upload is completed, with every change before it, and none after. */
export interface PresentUpload {
  readonly upload: UploadRecord
  /** In the order of their numbers. */
  parts(): readonly PartRecord[]
  part(number: number): PartRecord | undefined
  /** The object that has the upload's key now. */
  readonly current: ObjectRecord | undefined
}

export interface UploadCatalog {
  createUpload(record: UploadRecord): Promise<'created' | 'no-bucket'>
  upload(place: UploadPlace): UploadRecord | undefined
  /** A bucket's uploads by key in UTF-8 order, then by id, from this key and id on (inclusive). To be read in one go. */
  uploads(bucket: string, from?: { readonly key: Uint8Array; readonly id?: string }): Iterable<UploadRecord>
  /** Keeps a part, instead of one with the same number. Its file must be published. */
  putPart(place: UploadPlace, part: PartRecord): Promise<'kept' | 'no-upload'>
  part(id: string, number: number): PartRecord | undefined
  /** In the order of their numbers, from this number on. To be read in one go. */
  parts(id: string, from?: number): Iterable<PartRecord>
  /** Puts the object that `make` gives, and forgets the upload. What `make` throws is thrown, and nothing is changed. */
  completeUpload(
    place: UploadPlace,
    make: (present: PresentUpload) => ObjectRecord,
  ): Promise<ObjectRecord | 'no-upload'>
  /** `false` where there is no such upload. */
  abortUpload(place: UploadPlace): Promise<boolean>
}

export function uploadCatalog(databases: Databases, books: ObjectBooks, write: Write): UploadCatalog {
  const { buckets, uploads, parts: partRecords } = databases

  function upload({ bucket, key, id }: UploadPlace): UploadRecord | undefined {
    const at = uploadKey(bucket, key, id)
    const bytes = at && uploads.get(at)
    return bytes && decodeUpload(bytes)
  }

  function part(id: string, number: number): PartRecord | undefined {
    const bytes = partRecords.get(partKey(id, number))
    return bytes && decodePart(bytes)
  }

  function* parts(id: string, from = 0): Generator<PartRecord> {
    const range = { start: partKey(id, from), end: partKey(id, Number.POSITIVE_INFINITY) }
    for (const { value } of partRecords.getRange(range)) yield decodePart(value)
  }

  /** Removes an upload and its parts, whose blobs are still held then. */
  function forget({ bucket, key, id }: UploadPlace, all: readonly PartRecord[]): void {
    for (const { number } of all) partRecords.removeSync(partKey(id, number))
    const at = uploadKey(bucket, key, id)
    if (at !== undefined) uploads.removeSync(at)
  }

  return {
    upload,
    part,
    parts,
    async createUpload(record) {
      const [bucketAt, at] = [bucketKey(record.bucket), uploadKey(record.bucket, record.key, record.id)]
      if (bucketAt === undefined || at === undefined) throw new TypeError(`No upload can be named "${record.id}".`)
      return await write(() => {
        if (!buckets.doesExist(bucketAt)) return 'no-bucket'
        uploads.putSync(at, encodeUpload(record))
        return 'created'
      })
    },
    *uploads(bucket, { key, id } = { key: new Uint8Array() }) {
      const at = objectKey(bucket, key)
      if (at === undefined) return
      const start = id === undefined ? at : Buffer.concat([at, Buffer.of(0), Buffer.from(id)])
      for (const { value } of uploads.getRange({ start, end: endOfBucket(bucket) })) yield decodeUpload(value)
    },
    async putPart(place, record) {
      return await write((free) => {
        if (upload(place) === undefined) return 'no-upload'
        const replaced = part(place.id, record.number)
        partRecords.putSync(partKey(place.id, record.number), encodePart(record))
        books.hold(record.name)
        if (replaced !== undefined) free([replaced.name].filter(books.release))
        return 'kept'
      })
    },
    async completeUpload(place, make) {
      return await write((free) => {
        const present = upload(place)
        const at = objectKey(place.bucket, place.key)
        if (present === undefined || at === undefined) return 'no-upload'
        const current = books.read(at)
        const all = [...parts(place.id)] // read once: there may be ten thousand
        const byNumber = new Map(all.map((one) => [one.number, one]))
        const record = make({ upload: present, parts: () => all, part: (number) => byNumber.get(number), current })
        const handed = new Set(all.map(({ name }) => name))
        free(books.write(at, current, record, handed))
        free([...handed].filter(books.release))
        forget(place, all)
        return record
      })
    },
    async abortUpload(place) {
      return await write((free) => {
        if (upload(place) === undefined) return false
        const all = [...parts(place.id)]
        free(all.map(({ name }) => name).filter(books.release))
        forget(place, all)
        return true
      }, MAKES_ROOM)
    },
  }
}
