import type { IncomingMessage } from 'node:http'

/** What a request to the store is, in the words of the tests. */
export function storeRequest({ method, headers }: IncomingMessage, { searchParams }: URL): string {
  if (method === 'OPTIONS') return 'preflight'
  if (searchParams.has('partNumber')) return 'part'
  if (searchParams.has('uploads')) return method === 'POST' ? 'begin' : 'uploads'
  if (searchParams.has('uploadId')) return UPLOAD_STEPS.get(method ?? '') ?? 'other'
  const isForm = method === 'POST' && headers['content-type']?.startsWith('multipart/form-data') === true
  return isForm ? 'form' : `${method}`
}

const UPLOAD_STEPS = new Map([
  ['POST', 'complete'],
  ['DELETE', 'abort'],
  ['GET', 'list'],
])

/** The same for the issuer: the address of what is asked of it; else the method, as a browser asks before, or to find out. */
export function issuerRequest({ method }: IncomingMessage, { pathname }: URL): string {
  return method === 'OPTIONS' ? 'preflight' : method === 'POST' ? pathname : `${method}`
}
