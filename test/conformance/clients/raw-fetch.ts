import { type IncomingMessage, request } from 'node:http'
import type { Fetched, OpenRequest, SignedForm } from './object-client.ts'

/** Asks this machine for a URL as it is written: `fetch` would fold `a/../b`, and look up `photos.localhost`. */
export async function rawFetch(
  url: string,
  { method = 'GET', headers = {}, body }: OpenRequest = {},
): Promise<Fetched> {
  const [, authority = '', path = ''] = /^http:\/\/([^/]+)(.*)$/.exec(url) ?? []
  const port = Number(authority.split(':')[1])
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: { host: authority, ...headers } }
    request(options, resolve).once('error', reject).end(body)
  })
  const content = Buffer.concat(await response.toArray())
  const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(received), content }
}

/** Posts a form as Node's own `FormData` writes it. */
export async function postForm({ url, fields }: SignedForm, content: Uint8Array): Promise<Fetched> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new File([Buffer.from(content)], '照片.png'))
  const request = new Response(form)
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  return await rawFetch(url, { method: 'POST', headers, body: new Uint8Array(await request.arrayBuffer()) })
}
