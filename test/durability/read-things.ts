import { isDeepStrictEqual } from 'node:util'
import { digestOf } from '../../src/store/disk/digest.ts'
import type { Store } from '../../src/store/open-store.ts'
import { send, sendSigned } from '../store-client.ts'
import type { Client } from './client.ts'
import { BUCKET } from './settings.ts'
import { type Found, hexOf, objectName, partName, textOf, UPLOAD, uploadName } from './things.ts'

type Query = readonly (readonly [string, string])[]

interface Read {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
}

/** Reads an object, or with a query what the store lists. */
export type Reader = (key: string, query: Query) => Promise<Read>

export function throughHandler(store: Store): Reader {
  return async (key, query) => {
    const target = `/${BUCKET}/${key}`
    if (query.length === 0) return await send(store, { method: 'GET', target })
    return await sendSigned(store, {
      method: 'GET',
      target: `${target}?${new URLSearchParams([...query].map((pair) => [...pair]))}`,
    })
  }
}

export function throughSocket(client: Client): Reader {
  return async (key, query) => {
    const reply = await client.send({ method: 'GET', ...(key !== '' && { key }), query })
    if (reply === undefined) throw new Error('The store ended while it was read.')
    return reply
  }
}

/** All that a store holds: what its listings name, each object read to its end. */
export async function readThings(read: Reader): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (const listed of await listObjects(read)) {
    const key = value(listed, 'Key')
    found.set(objectName(key), await readObject(read, key, listed))
  }
  for (const upload of elementsOf(await readXml(read, '', [['uploads', '']]), 'Upload')) {
    const [key, id] = [value(upload, 'Key'), value(upload, 'UploadId')]
    found.set(uploadName(key, id), { text: UPLOAD.text })
    for (const part of elementsOf(await readXml(read, key, [['uploadId', id]]), 'Part'))
      found.set(partName(key, id, Number(value(part, 'PartNumber'))), partOf(part))
  }
  return found
}

async function listObjects(read: Reader): Promise<string[]> {
  const listed: string[] = []
  for (let more: Query = []; ; ) {
    const xml = await readXml(read, '', [['list-type', '2'], ['max-keys', '1000'], ...more])
    listed.push(...elementsOf(xml, 'Contents'))
    if (value(xml, 'IsTruncated') !== 'true') return listed
    more = [['continuation-token', value(xml, 'NextContinuationToken')]]
  }
}

/** Reads an object, and holds what the listing and the headers say of it against its bytes. */
async function readObject(read: Reader, key: string, listed: string): Promise<Found> {
  const { status, headers, bytes } = await read(key, [])
  const [type = '', etag = '', md5 = ''] = ['x-oss-object-type', 'etag', 'content-md5'].map((name) =>
    headers[name]?.toString(),
  )
  const said = {
    status,
    size: Number(value(listed, 'Size')),
    length: Number(headers['content-length']),
    type: value(listed, 'Type'),
    etag: value(listed, 'ETag'),
    crc64: headers['x-oss-hash-crc64ecma'],
    md5: hexOf(Buffer.from(md5, 'base64')),
  }
  const digest = await digestOf(bytes)
  const isSo = {
    status: 200,
    size: bytes.length,
    length: bytes.length,
    type,
    etag,
    crc64: digest.crc64,
    md5: md5 === '' ? '' : hexOf(digest.md5), // what was not sent in one piece has none
  }
  if (isDeepStrictEqual(said, isSo)) return { text: textOf(type, bytes.length, digest.md5), etag }
  throw new Error(`${key} is ${JSON.stringify(isSo)}, but the store says ${JSON.stringify(said)}.`)
}

function partOf(part: string): Found {
  const etag = value(part, 'ETag')
  return { text: `part of ${value(part, 'Size')} bytes with MD5 ${etag.replaceAll('"', '')}`, etag }
}

async function readXml(read: Reader, key: string, query: Query): Promise<string> {
  const { status, bytes } = await read(key, query)
  if (status === 200) return bytes.toString()
  throw new Error(`GET /${key}?${query.join('&')} was answered with ${status}: ${bytes}`)
}

function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, content = '']) => content)
}

function value(xml: string, name: string): string {
  const [text = ''] = elementsOf(xml, name)
  return text.replaceAll('&quot;', '"')
}
