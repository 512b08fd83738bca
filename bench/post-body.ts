import { randomUUID } from 'node:crypto'
import { createForm, ossV4 } from 'postern/sign'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

const BOUNDARY = '----bench-boundary-0123456789abcdef'
const FOOT = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
const GIB = 1024 * 1024 * 1024

/** The bytes of a POST up to the file, and after it. */
export interface PostBody {
  readonly head: Uint8Array
  readonly foot: Uint8Array
}

/** A request that posts a file of some size under a form of our own, its key new each time. */
export function postBody(fileBytes: number): PostBody {
  const grant = {
    url: 'http://127.0.0.1/',
    bucket: BUCKET,
    key: `bench/${randomUUID()}`,
    maxSize: 5 * GIB,
    expiresInSeconds: 3600,
  }
  const { fields } = createForm(grant, ossV4(CREDENTIAL, REGION), new Date())
  const entries = Object.entries(fields).map(([name, value]) => entry(name, value))
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`
  const form = entries.join('') + file
  const length = Buffer.byteLength(form) + fileBytes + FOOT.length
  const lines = [
    `POST /${BUCKET}/ HTTP/1.1`,
    'Host: 127.0.0.1',
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${length}`,
  ]
  return { head: Buffer.from(`${lines.join('\r\n')}\r\n\r\n${form}`), foot: FOOT }
}

/** A whole request in one piece. */
export function wholePost(file: Uint8Array): Uint8Array {
  const { head, foot } = postBody(file.length)
  return Buffer.concat([head, file, foot])
}

function entry(name: string, value: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
}
