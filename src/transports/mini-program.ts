import type { PosternError } from '../base/errors.ts'
import { createSlots } from '../client/slots.ts'
import type { Answer, SendWatch, Transport } from '../client/transport.ts'
import type { LocalFile } from './local-file.ts'
import { type Endings, headersOf, type PlatformTask, platformCall, textOf } from './platform-call.ts'
import { type FileSystem, readLocalFile } from './read-local-file.ts'
import { createStop } from './stop.ts'
import { whyUnreached } from './unreached.ts'

/** What of `wx`, `uni`, `tt`, `qq` or `swan` is used. */
export interface MiniProgram {
  request(options: RequestOptions): PlatformTask | undefined
  uploadFile(options: UploadOptions): UploadTask | undefined
  getFileSystemManager?(): FileSystem
}

interface Failure {
  readonly errMsg?: string
}

interface Success {
  /** A text on some devices. */
  readonly statusCode: number | string
  readonly data: unknown
  readonly header?: object
}

interface RequestOptions extends Endings<Success, Failure> {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly header: Record<string, string>
  readonly data?: string | ArrayBuffer
  readonly dataType: string
  readonly timeout: number
}

interface UploadOptions extends Endings<Success, Failure> {
  readonly url: string
  readonly filePath: string
  readonly name: string
  readonly formData: Record<string, string>
  readonly timeout: number
}

interface UploadTask extends PlatformTask {
  onProgressUpdate?(listener: (progress: UploadProgress) => void): void
  onHeadersReceived?(listener: (received: { readonly header: object }) => void): void
}

interface UploadProgress {
  readonly totalBytesSent: number
  readonly totalBytesExpectedToSend: number
}

/** The platform's own limit is 60 s for everything, too short for a large file: an upload where nothing moves is ended by the uploader. */
const TIMEOUT_MS = 30 * 60_000
/** Of each call; one more is refused. @see https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html */
const MOST_AT_ONCE = 10
/** Who goes first where all ten are taken: a question, which is short. */
const [QUESTION, BYTES] = [0, 1]
/** `request` tells nothing of a body that leaves; this tells that it may be leaving. */
const ALIVE_MS = 20_000

/**
 * How mini-programs send: WeChat's `wx`, and `uni`, `tt`, `qq`, `swan`, whose calls are the same. Files go by
 * `uploadFile`; where the platform lets one read a file, large ones go in parts.
 *
 * @example
 * const uploader = createUploader({ endpoint: 'https://app.example', transport: miniProgramTransport(wx) })
 * const { tempFilePath: path, size } = (await wx.chooseMedia({ count: 1 })).tempFiles[0]
 * const { url } = await uploader.upload({ name: 'photo.jpg', type: 'image/jpeg', size, path }).done
 *
 * @see docs/guide/mini-programs.md
 * @see https://developers.weixin.qq.com/miniprogram/dev/api/network/upload/wx.uploadFile.html
 */
export function miniProgramTransport(wx: MiniProgram): Transport<LocalFile> {
  const requests = createSlots(MOST_AT_ONCE)
  const uploads = createSlots(MOST_AT_ONCE)

  async function request(
    options: Omit<RequestOptions, 'success' | 'fail' | 'dataType' | 'timeout'>,
    rank: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const whyNot = (failure: Failure) => unreached('request', options.url, failure)
    const leave = await requests.enter(rank, signal)
    return await platformCall<Success, Failure>(
      (endings) => wx.request({ ...options, dataType: 'text', timeout: TIMEOUT_MS, ...endings }),
      { read: answerOf, whyNot, signal },
    ).finally(leave)
  }

  const plain: Transport<LocalFile> = {
    createStop,
    ask: ({ url, method, headers, body, signal }) =>
      request({ url, method, header: { ...headers }, ...(body !== undefined && { data: body }) }, QUESTION, signal),
    async sendForm({ url, fields }, { path }, { onSent, signal }) {
      let header: object | undefined
      const options = { url, filePath: path, name: 'file', formData: { ...fields }, timeout: TIMEOUT_MS }
      const leave = await uploads.enter(BYTES, signal)
      return await platformCall<Success, Failure>(
        (endings) => {
          const task = wx.uploadFile({ ...options, ...endings })
          task?.onProgressUpdate?.((progress) => onSent(progress.totalBytesSent, progress.totalBytesExpectedToSend))
          task?.onHeadersReceived?.((received) => {
            header = received.header
          })
          return task
        },
        {
          read: (result) => answerOf({ ...result, header: { ...header, ...result.header } }),
          whyNot: (failure) => unreached('uploadFile', url, failure),
          signal,
        },
      ).finally(leave)
    },
  }

  const files = wx.getFileSystemManager?.()
  if (files === undefined) return plain
  return {
    ...plain,
    readBytes: async ({ path }, start, end) => new Uint8Array(await readLocalFile(files, path, start, end)),
    async sendBytes({ url, headers, start, end }, { path }, { onSent, signal }: SendWatch) {
      const data = await readLocalFile(files, path, start, end)
      const alive = setInterval(() => onSent(0, data.byteLength), ALIVE_MS)
      try {
        // Without a Content-Type of ours it would be JSON's: https://developers.weixin.qq.com/miniprogram/dev/api/network/request/wx.request.html
        return await request({ url, method: 'PUT', header: { ...headers }, data }, BYTES, signal)
      } finally {
        clearInterval(alive)
      }
    },
  }
}

function answerOf({ statusCode, header, data }: Success): Answer {
  return { status: Number(statusCode), headers: headersOf(header), body: textOf(data) }
}

function unreached(api: string, url: string, { errMsg = '' }: Failure): PosternError {
  const message = errMsg.replace(/^\w+:fail\s*/, '')
  return whyUnreached({ api, url, message, console: 'its console, under Development, Server domains' })
}
