import { randomBytes } from 'node:crypto'
import { type Answer, type Sent, sendSigned } from '../../../test/store-client.ts'
import type { Store } from '../open-store.ts'

/** What the tests of uploads share: an upload under a key of `photos`, spoken to through the store's handler. */
export interface TestUpload {
  readonly key: string
  readonly id: string
  /** Sends a request about this upload; the query stands behind its id. */
  send(sent: Omit<Sent, 'target'> & { readonly query?: string }): Promise<Answer>
  part(number: number | string, body: Sent['body'], headers?: Readonly<Record<string, string>>): Promise<Answer>
  complete(body: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Uploads these parts, and gives the list that completes them. */
  parts(bodies: Readonly<Record<number, Uint8Array | string>>): Promise<string>
}

export async function initiate(
  store: Store,
  key: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestUpload> {
  const { text } = await sendSigned(store, { method: 'POST', target: `/photos/${key}?uploads`, headers })
  return uploadOf(store, key, idIn(text))
}

/** An upload as its owner sees it who holds this id. */
export function uploadOf(store: Store, key: string, id: string, bucket = 'photos'): TestUpload {
  return uploadThrough((sent) => sendSigned(store, sent), `/${bucket}/${key}`, id)
}

/** An upload as somebody else sees it. @param request sends as that somebody */
export function uploadThrough(request: (sent: Sent) => Promise<Answer>, path: string, id: string): TestUpload {
  const send: TestUpload['send'] = ({ query = '', ...sent }) =>
    request({ ...sent, target: `${path}?uploadId=${encodeURIComponent(id)}${query}` })
  const part: TestUpload['part'] = (number, body, headers = {}) =>
    send({ method: 'PUT', query: `&partNumber=${number}`, headers, ...(body !== undefined && { body }) })
  return {
    key: path.split('/').slice(2).join('/'),
    id,
    send,
    part,
    complete: (body, headers = {}) => send({ method: 'POST', body, headers }),
    async parts(bodies) {
      const etags: [number, string][] = []
      for (const [number, body] of Object.entries(bodies))
        etags.push([Number(number), (await part(number, body)).headers['etag'] ?? ''])
      return partList(etags)
    },
  }
}

export function partList(parts: readonly (readonly [number: number | string, etag: string])[]): string {
  const xml = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
  return `<CompleteMultipartUpload>${xml.join('')}</CompleteMultipartUpload>`
}

export function idIn(xml: string): string {
  return /<UploadId>(\w*)<\/UploadId>/.exec(xml)?.[1] ?? ''
}

/** The least that a part which is not the last may have. */
export const SMALLEST = 102_400

export const bytes = (size: number): Buffer => randomBytes(size)
