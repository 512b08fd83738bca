import { isDeepStrictEqual } from 'node:util'
import { digestOf } from '../../src/store/disk/digest.ts'
import type { Store } from '../../src/store/open-store.ts'
import { type Answer, send, sendSigned } from '../store-client.ts'
import { BUCKET } from './settings.ts'
import { type Found, hexOf, objectName, partName, textOf, UPLOAD, uploadName } from './things.ts'

/** All that a store holds: what its listings name, each object read to its end. */
export async function readThings(store: Store): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (const listed of await listObjects(store))
    found.set(objectName(value(listed, 'Key')), await readObject(store, listed))
  for (const upload of elementsOf((await ask(store, 'uploads')).text, 'Upload')) {
    const [key, id] = [value(upload, 'Key'), value(upload, 'UploadId')]
    found.set(uploadName(key, id), { text: UPLOAD.text })
    for (const part of elementsOf((await ask(store, `uploadId=${id}`, key)).text, 'Part'))
      found.set(partName(key, id, Number(value(part, 'PartNumber'))), partOf(part))
  }
  return found
}

async function listObjects(store: Store): Promise<string[]> {
  const listed: string[] = []
  for (let more = ''; ; ) {
    const { text } = await ask(store, `list-type=2&max-keys=1000${more}`)
    listed.push(...elementsOf(text, 'Contents'))
    if (value(text, 'IsTruncated') !== 'true') return listed
    more = `&continuation-token=${encodeURIComponent(value(text, 'NextContinuationToken'))}`
  }
}

/** Reads an object, and holds what the listing and the headers say of it against its bytes. */
async function readObject(store: Store, listed: string): Promise<Found> {
  const key = value(listed, 'Key')
  const { status, headers, bytes } = await send(store, { method: 'GET', target: `/${BUCKET}/${key}` })
  const [type = '', etag = '', md5] = ['x-oss-object-type', 'etag', 'content-md5'].map((name) => headers[name])
  const said = {
    status,
    size: Number(value(listed, 'Size')),
    length: Number(headers['content-length']),
    type: value(listed, 'Type'),
    etag: value(listed, 'ETag'),
    crc64: headers['x-oss-hash-crc64ecma'],
    md5: md5 && hexOf(Buffer.from(md5, 'base64')),
  }
  const digest = await digestOf(bytes)
  const isSo = {
    status: 200,
    size: bytes.length,
    length: bytes.length,
    type,
    etag,
    crc64: digest.crc64,
    md5: md5 && hexOf(digest.md5),
  }
  if (isDeepStrictEqual(said, isSo)) return { text: textOf(type, bytes.length, digest.md5), etag }
  throw new Error(`${key} is ${JSON.stringify(isSo)}, but the store says ${JSON.stringify(said)}.`)
}

function partOf(part: string): Found {
  const etag = value(part, 'ETag')
  return { text: `part of ${value(part, 'Size')} bytes with MD5 ${etag.replaceAll('"', '')}`, etag }
}

async function ask(store: Store, query: string, key = ''): Promise<Answer> {
  const target = `/${BUCKET}/${key}${query === '' ? '' : `?${query}`}`
  const answer = await sendSigned(store, { method: 'GET', target })
  if (answer.status !== 200) throw new Error(`GET ${target} was answered with ${answer.status}: ${answer.text}`)
  return answer
}

function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, content = '']) => content)
}

function value(xml: string, name: string): string {
  const [text = ''] = elementsOf(xml, name)
  return text.replaceAll('&quot;', '"')
}
