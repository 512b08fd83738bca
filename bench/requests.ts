import { randomUUID } from 'node:crypto'
import { signRequest } from 'postern/sign'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

/** The bytes of a signed request: one with a body of this many bytes is only its head. */
export function signedHead(method: string, key: string | undefined, query: string, bodyBytes = 0): Uint8Array {
  const pairs = [...new URLSearchParams(query)]
  const address = { method, bucket: BUCKET, ...(key !== undefined && { key }), query: pairs }
  const signed = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  const target = `/${BUCKET}/${key ?? ''}${query === '' ? '' : `?${query}`}`
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...Object.entries(signed).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'PUT' || method === 'POST' ? [`Content-Length: ${bodyBytes}`] : []),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

/** A whole PUT in one piece, under a key that nothing else has. */
export function wholePut(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([signedHead('PUT', `bench/${randomUUID()}`, '', bytes.length), bytes])
}
