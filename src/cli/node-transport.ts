import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import * as http from 'node:http'
import * as https from 'node:https'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { PosternError } from '../base/known-errors.ts'
import { noAnswer } from '../client/no-answer.ts'
import type { Answer, SendWatch, Transport } from '../client/transport.ts'
import type { DiskFile } from './put-files.ts'

/** How Node sends files from disk: as streams, so that memory does not grow with them. */
export function nodeTransport(): Transport<DiskFile> {
  return {
    async ask({ url, signal, ...request }) {
      try {
        const response = await fetch(url, { ...request, signal })
        return { status: response.status, headers: response.headers, body: await response.text() }
      } catch (cause) {
        throw noAnswer(`The issuer at ${url} did not answer${reasonOf(cause)}.`, signal, cause)
      }
    },

    sendForm({ url, fields }, file, watch) {
      const boundary = `postern-${crypto.randomUUID()}`
      const head = Buffer.from(formHead(fields, file, boundary))
      const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
      const total = head.length + file.size + tail.length
      async function* body() {
        yield head
        yield* contentOf(file, 0, file.size)
        yield tail
      }
      const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
      return send({ method: 'POST', url, headers, total, body }, watch)
    },

    sendBytes({ url, headers, start, end }, file, watch) {
      return send({ method: 'PUT', url, headers, total: end - start, body: () => contentOf(file, start, end) }, watch)
    },

    async readBytes({ path }, start, end) {
      const handle = await open(path).catch(unreadable(path))
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start)
        return buffer.subarray(0, bytesRead)
      } finally {
        await handle.close()
      }
    },
  }
}

interface Delivery {
  readonly method: 'POST' | 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Bytes. */
  readonly total: number
  readonly body: () => AsyncIterable<Uint8Array>
}

function send({ method, url, headers, total, body }: Delivery, { onSent, signal }: SendWatch): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request: start } = url.startsWith('https:') ? https : http
    const request = start(url, { method, headers: { ...headers, 'content-length': total }, signal })
    let isAnswered = false
    const lost = (cause: unknown) => {
      if (isAnswered) return // an early refusal ends the body, too
      const address = url.replace(/\?.*/, '') // without the signature
      reject(
        cause instanceof PosternError
          ? cause
          : noAnswer(
              `The store at ${address} did not answer, or the connection was lost${reasonOf(cause)}.`,
              signal,
              cause,
            ),
      )
    }
    request.on('error', lost)
    request.on('response', (response) => {
      isAnswered = true
      const { statusCode: status = 0, headers: received } = response
      const answerHeaders = { get: (name: string) => textOf(received[name.toLowerCase()]) }
      text(response).then(
        (content) => resolve({ status, headers: answerHeaders, body: content }),
        (cause) => {
          isAnswered = false
          lost(cause)
        },
      )
    })
    pipeline(
      counted(body(), (sent) => onSent(sent, total)),
      request,
    ).catch(lost)
  })
}

/** A chunk is asked for when the one before has been taken, so what is asked for tells what has left. */
async function* counted(chunks: AsyncIterable<Uint8Array>, onSent: (bytes: number) => void) {
  let sent = 0
  for await (const chunk of chunks) {
    yield chunk
    sent += chunk.length
    onSent(sent)
  }
}

/** Exactly these bytes of the file, or an error: the length has been said already. */
async function* contentOf({ path, name }: DiskFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (start === end) return
  let read = 0
  try {
    for await (const chunk of createReadStream(path, { start, end: end - 1 })) {
      read += chunk.length
      yield chunk
    }
  } catch (cause) {
    unreadable(path)(cause)
  }
  if (read < end - start)
    throw new PosternError('file-unreadable', `${name} became shorter while it was being sent. Send it again.`)
}

function unreadable(path: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof PosternError) throw cause
    throw new PosternError('file-unreadable', `${path} can no longer be read${reasonOf(cause)}.`, {}, { cause })
  }
}

/** Fields and the file's headers; names as browsers write them. @see https://html.spec.whatwg.org/#multipart-form-data */
function formHead(fields: Readonly<Record<string, string>>, { name, type }: DiskFile, boundary: string): string {
  const escaped = (written: string) => written.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const entries = Object.entries(fields).map(
    ([field, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(field)}"\r\n\r\n${value.replaceAll(/\r\n?|\n/g, '\r\n')}\r\n`,
  )
  return `${entries.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${escaped(name)}"\r\nContent-Type: ${type}\r\n\r\n`
}

function textOf(value: string | string[] | undefined): string | null {
  return value === undefined ? null : String(value)
}

/** ` (ECONNREFUSED)`: the system's own code, for whoever looks further. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  if ('code' in cause && typeof cause.code === 'string' && cause.code !== 'ABORT_ERR') return ` (${cause.code})`
  return reasonOf(cause.cause)
}
