import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http'
import { extname } from 'node:path'
import { isAnyArrayBuffer } from 'node:util/types'
import type { MiniProgram } from './mini-program.ts'

/**
 * A `wx` that behaves as WeChat's does on an Android device, and really sends. What its documentation says is cited; what it
 * leaves open is as the client does it: the fields of a form come in no order of ours, the file last with the name that the
 * temporary file has, and too many calls at once fail.
 *
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html
 */
export interface FakeWx {
  readonly wx: Required<MiniProgram>
  /** Files by path. */
  readonly files: Map<string, Uint8Array>
  /** What the console lists, for each call. */
  readonly domains: { request: string[]; uploadFile: string[] }
  /** Calls of one kind under way at once, at most. */
  readonly most: () => number
  /** How many calls failed because ten were under way. */
  readonly refused: () => number
  /** What `uploadFile` wrote before the file's bytes, the last time. */
  readonly lastHead: () => string
  /** Cuts what is under way, and lets nothing begin, until it is called with `true`. */
  readonly network: (isThere: boolean) => void
  /** The next so many bodies of `uploadFile` break off after their first bytes. */
  breakNext: number
  /** Bytes of a file that leave at once, and the wait between; a slow network. */
  readonly pace: { chunkBytes: number; waitMs: number }
}

interface Outcome {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

type Options = Parameters<MiniProgram['request']>[0]
type Upload = Parameters<MiniProgram['uploadFile']>[0]

/** "The maximum concurrency of wx.request, wx.uploadFile, wx.downloadFile is 10", each; the client counts them apart. */
const MOST_AT_ONCE = 10
/** "Single files of at most 100 MB": FileSystemManager.readFile. */
const READ_FILE_BYTES = 100 * 1024 * 1024

export function fakeWx(): FakeWx {
  const files = new Map<string, Uint8Array>()
  const domains: FakeWx['domains'] = { request: [], uploadFile: [] }
  const running = new Set<ClientRequest>()
  const opened = new Map<string, string>()
  const pace = { chunkBytes: 64 * 1024, waitMs: 0 }
  const under = { request: 0, uploadFile: 0 }
  let most = 0
  let refused = 0
  let isThere = true
  let head = ''

  /** One call: `fail` with `api:fail …`, or `success`, whatever the status is; never before the call has returned. */
  function call(
    api: 'request' | 'uploadFile',
    options: Pick<Options, 'url' | 'fail' | 'timeout'>,
    headers: OutgoingHttpHeaders,
    {
      method,
      write,
      done,
    }: { method: string; write: (request: ClientRequest) => Promise<void>; done: (outcome: Outcome) => void },
  ) {
    let isOver = false
    let sent: ClientRequest | undefined
    const fail = (why: string) => {
      if (isOver) return
      isOver = true
      setTimeout(() => options.fail({ errMsg: `${api}:fail ${why}` }))
    }
    const end = (act: () => void) => {
      under[api]--
      act()
    }
    // "Only with the domains that are configured"; scheme and port must be the same.
    const { origin } = new URL(options.url)
    if (!domains[api].includes(origin)) fail('url not in domain list')
    else if (under[api] >= MOST_AT_ONCE) {
      refused++
      fail('tasked refused max connected')
    } else if (!isThere) fail('errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED')
    else {
      most = Math.max(most, ++under[api])
      const request = httpRequest(options.url, { method, headers, timeout: options.timeout, agent: false })
      sent = request
      running.add(request)
      request.on('close', () => running.delete(request))
      request.on('timeout', () => request.destroy(new Error('timeout')))
      request.on('error', (error) => {
        if (!isOver) end(() => fail(error.message === 'timeout' ? 'timeout' : `errcode:-101 ${error.message}`))
      })
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => {})
        response.on('end', () => {
          if (isOver) return
          isOver = true
          end(() => done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
        })
      })
      write(request).then(
        () => request.end(),
        () => request.destroy(),
      )
    }
    return {
      abort() {
        if (sent === undefined || isOver) return
        end(() => fail('abort'))
        sent.destroy()
      },
    }
  }

  const wx: Required<MiniProgram> = {
    request(options) {
      // "content-type is application/json by default"; an object becomes JSON, an ArrayBuffer goes as it is.
      const headers = withType(options.header, 'application/json')
      const { data } = options
      const body = isAnyArrayBuffer(data) ? Buffer.from(data) : Buffer.from(textFrom(data))
      return call(
        'request',
        options,
        { ...headers, 'content-length': body.length },
        {
          method: options.method,
          write: async (request) => void request.write(body),
          done({ status, headers: header, body: bytes }) {
            const text = bytes.toString('utf8').replace(/^\ufeff/, '') // "one byte order mark is taken away"
            options.success({ statusCode: status, header: shouted(header), data: read(text, options.dataType) })
          },
        },
      )
    },

    uploadFile(options) {
      const file = files.get(options.filePath)
      const progress: ((told: { totalBytesSent: number; totalBytesExpectedToSend: number }) => void)[] = []
      const heard: ((received: { header: object }) => void)[] = []
      const listeners = {
        onProgressUpdate: (listener: (typeof progress)[number]) => void progress.push(listener),
        onHeadersReceived: (listener: (typeof heard)[number]) => void heard.push(listener),
      }
      if (file === undefined) {
        setTimeout(() => options.fail({ errMsg: 'uploadFile:fail file not found' }))
        return { ...listeners, abort() {} }
      }
      const boundary = `${Date.now()}`
      head = formHead(options, boundary)
      const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
      const length = Buffer.byteLength(head) + file.length + tail.length
      const isBroken = fake.breakNext > 0
      if (isBroken) fake.breakNext--
      const task = call(
        'uploadFile',
        options,
        { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': length },
        {
          method: 'POST',
          async write(request) {
            request.write(head)
            for (let at = 0; at < file.length; at += pace.chunkBytes) {
              await new Promise((resolve) => setTimeout(resolve, pace.waitMs))
              if (request.destroyed) return
              await new Promise((resolve) => request.write(file.subarray(at, at + pace.chunkBytes), resolve))
              if (isBroken) throw new Error('the connection broke')
              const totalBytesSent = Math.min(file.length, at + pace.chunkBytes)
              for (const listener of progress) listener({ totalBytesSent, totalBytesExpectedToSend: file.length })
            }
            request.write(tail)
          },
          done({ status, headers, body }) {
            for (const listener of heard) listener({ header: shouted(headers) })
            // "data: string, statusCode: number": no headers here.
            options.success({ statusCode: status, data: body.toString('utf8') })
          },
        },
      )
      return { ...listeners, ...task }
    },

    // https://developers.weixin.qq.com/miniprogram/dev/api/file/FileSystemManager.html
    getFileSystemManager: () => ({
      open({ filePath, success, fail }) {
        if (!files.has(filePath))
          return void setTimeout(() => fail({ errMsg: `open:fail no such file or directory ${filePath}` }))
        const fd = `${opened.size + 1}`
        opened.set(fd, filePath)
        setTimeout(() => success({ fd }))
      },
      read({ fd, arrayBuffer, offset, length, position, success, fail }) {
        const file = files.get(opened.get(fd) ?? '')
        if (file === undefined) return void setTimeout(() => fail({ errMsg: 'read:fail bad file descriptor' }))
        const bytes = file.subarray(position, position + length)
        new Uint8Array(arrayBuffer).set(bytes, offset)
        setTimeout(() => success({ bytesRead: bytes.length, arrayBuffer }))
      },
      close: ({ fd }) => void opened.delete(fd),
      readFile({ filePath, position, length, success, fail }) {
        const file = files.get(filePath)
        const why =
          file === undefined
            ? 'no such file or directory'
            : file.length > READ_FILE_BYTES
              ? 'file is too large'
              : undefined
        if (file === undefined || why !== undefined)
          return void setTimeout(() => fail({ errMsg: `readFile:fail ${why}` }))
        const bytes = Uint8Array.from(file.subarray(position, position + length))
        setTimeout(() => success({ data: bytes.buffer }))
      },
    }),
  }

  const fake: FakeWx = {
    wx,
    files,
    domains,
    most: () => most,
    refused: () => refused,
    lastHead: () => head,
    network(there) {
      isThere = there
      if (!there) for (const request of running) request.destroy(new Error('net::ERR_NETWORK_CHANGED'))
    },
    breakNext: 0,
    pace,
  }
  return fake
}

/** Everything up to the file's first byte, as the device writes it: UTF-8, nothing escaped, fields as a hash map gives them. */
function formHead({ formData, name, filePath }: Upload, boundary: string): string {
  const fields = Object.entries(formData).reverse()
  const entries = fields.map(
    ([field, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  )
  const fileName = filePath.split('/').at(-1) ?? ''
  const type = TYPES.get(extname(fileName)) ?? 'application/octet-stream'
  return `${entries.join('')}--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`
}

const TYPES = new Map([
  ['.jpg', 'image/jpeg'],
  ['.png', 'image/png'],
])

function withType(header: Readonly<Record<string, string>>, type: string): OutgoingHttpHeaders {
  const isTyped = Object.keys(header).some((name) => name.toLowerCase() === 'content-type')
  return isTyped ? header : { ...header, 'content-type': type }
}

function textFrom(data: unknown): string {
  return typeof data === 'string' ? data : data === undefined ? '' : JSON.stringify(data)
}

/** "json: JSON.parse is tried; anything else: it is not." */
function read(text: string, dataType: string): unknown {
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `Content-Type`, as devices have it over HTTP/1. */
function shouted(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    String(value),
  ])
  return Object.fromEntries(entries)
}
