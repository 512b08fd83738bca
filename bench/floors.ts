import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The least a server can do: the same bytes to every request. */
export function sameBytes(body: string): RequestListener {
  const bytes = Buffer.from(body)
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
    response.end(bytes)
  }
}

/** The least an issuer can do: each answer like this one, but with a folder of its own, signed by JSON, Base64 and HMAC alone. */
export function signedBytes(answer: string): RequestListener {
  const { policy: first, ...members } = JSON.parse(answer)
  const conditions: unknown[] = JSON.parse(Buffer.from(first, 'base64').toString()).conditions
  const fixed = conditions.filter((condition) => !(Array.isArray(condition) && condition[0] === 'starts-with'))
  const key = randomBytes(32)
  return (_request, response) => {
    const expiration = new Date(Date.now() + 600_000).toISOString()
    const dir = `uploads/${expiration.slice(0, 10).replaceAll('-', '/')}/${randomUUID()}/`
    const json = JSON.stringify({ expiration, conditions: [...fixed, ['starts-with', '$key', dir]] })
    const policy = Buffer.from(json).toString('base64')
    const signature = createHmac('sha256', key).update(policy).digest('hex')
    const body = Buffer.from(JSON.stringify({ policy, ...members, signature, dir }))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
}

/** The least a durable upload can do: the body to a file with its MD5, fsync included. */
export function bodyToFile(folder: string): RequestListener {
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const file = join(folder, randomBytes(8).toString('hex'))
    const md5 = createHash('md5')
    request.on('data', (chunk: Buffer) => md5.update(chunk))
    await pipeline(request, createWriteStream(file, { flush: true }))
    response.writeHead(204, { etag: md5.digest('hex') }).end()
    await rm(file)
  }
  return (request, response) => void receive(request, response)
}

/** The usual way to keep one object: write, fsync, rename, fsync of the folder. */
export async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const staged = join(folder, `${name}.staged`)
  const file = await open(staged, 'wx')
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
  await rename(staged, join(folder, name))
  const directory = await open(folder, 'r')
  await directory.sync()
  await directory.close()
}

/** A server that keeps each body the usual way. */
export function fsyncEach(folder: string): RequestListener {
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    await writeDurably(folder, randomBytes(8).toString('hex'), Buffer.concat(chunks))
    response.writeHead(204).end()
  }
  return (request, response) => void receive(request, response)
}

/** The least a download can do: PUT keeps a body as a file, GET streams it. */
export function fileStreamer(folder: string): RequestListener {
  const fileOf = ({ url = '' }: IncomingMessage): string => join(folder, encodeURIComponent(url))
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await pipeline(request, createWriteStream(fileOf(request)))
    response.writeHead(200).end()
  }
  const send = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const file = await open(fileOf(request))
    response.writeHead(200, { 'content-length': (await file.stat()).size })
    await pipeline(file.createReadStream(), response).catch(() => {}) // a client that has enough goes away
  }
  return (request, response) => void (request.method === 'PUT' ? receive(request, response) : send(request, response))
}

export async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export async function freshFolder(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { recursive: true })
  return path
}
