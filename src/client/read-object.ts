import type { UploadedObject } from './upload-handle.ts'

/** What the issuer says of a completed upload, and what we know of it already. */
export function readObject(known: UploadedObject, answer: unknown): UploadedObject {
  const said = new Map<string, unknown>(Object.entries(Object(answer)))
  const text = (name: string): string | undefined => {
    const value = said.get(name)
    return typeof value === 'string' ? value : undefined
  }
  return {
    ...known,
    key: text('key') ?? known.key,
    url: text('url') ?? known.url,
    etag: text('etag') ?? known.etag,
    crc64: text('crc64') ?? known.crc64,
    answer: said.get('answer'),
  }
}
