import { createReadStream } from 'node:fs'
import { PosternError } from '../base/known-errors.ts'
import type { UploadedObject } from '../client/upload-handle.ts'
import { bytesText } from '../policy/phrase.ts'
import { crc64Of } from '../store/disk/digest.ts'
import { CommandError } from './command-error.ts'
import { errorSentence } from './error-sentence.ts'
import { aligned } from './output.ts'
import type { DiskFile } from './put-files.ts'

/** Whether the store has the bytes that the file has now, by its CRC-64; `undefined` where the store tells none, as S3 does not. */
export async function verifyObject({ path }: DiskFile, { crc64, key }: UploadedObject): Promise<boolean | undefined> {
  if (crc64 === undefined) return undefined
  const own = await crc64Of(createReadStream(path))
  if (own === crc64) return true
  const what = `The object ${key} has the CRC-64 ${crc64}, and the file ${own}`
  throw new CommandError(`${what}: the file was changed while it was sent. Delete the object, and send the file again.`)
}

/** What became of a file, for people. */
export function storedLines({ path }: DiskFile, object: UploadedObject, isVerified: boolean | undefined): string[] {
  const { key, url, size, etag, crc64, answer } = object
  const rows: (readonly [string, string | undefined])[] = [
    ['key', key],
    ['URL', url],
    ['size', bytesText(size)],
    ['ETag', etag],
    ['CRC-64', isVerified ? `${crc64} (that of the file)` : 'not told by the store, so the bytes are not compared'],
    ['answer', answer === undefined ? undefined : JSON.stringify(answer)],
  ]
  return [path, ...aligned(rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))]
}

/** The same for a script: one line of JSON. */
export function storedJson({ path }: DiskFile, object: UploadedObject, isVerified: boolean | undefined): string {
  const { key, url, size, etag, crc64, answer } = object
  return JSON.stringify({ file: path, key, url, size, etag, crc64, verified: isVerified ?? false, answer })
}

export function failedJson({ path }: DiskFile, error: unknown): string {
  const { sentence } = errorSentence(error)
  const known = error instanceof PosternError ? { code: error.code, facts: error.facts } : {}
  return JSON.stringify({ file: path, error: { ...known, detail: sentence } })
}
