import type { PosternError } from '../base/errors.ts'
import { aborted } from '../client/no-answer.ts'
import type { Answer, Transport } from '../client/transport.ts'
import type { LocalFile } from './local-file.ts'
import { type Endings, headersOf, type PlatformTask, platformCall, textOf } from './platform-call.ts'
import { createStop } from './stop.ts'
import { whyUnreached } from './unreached.ts'

/** What of `my` is used. */
export interface AlipayMiniProgram {
  request(options: RequestOptions): PlatformTask | undefined
  uploadFile(options: UploadOptions): UploadTask | undefined
}

interface Success {
  /** `request` has the one, `uploadFile` the other, as a text; new versions have both. */
  readonly status?: number
  readonly statusCode?: number | string
  readonly headers?: object
  readonly header?: object
  readonly data?: unknown
}

/** A failure may be an answer: a status that is none of success ends here too. */
interface Failure extends Success {
  readonly error?: number
  readonly errorMessage?: string
}

interface RequestOptions extends Endings<Success, Failure> {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly data?: Record<string, unknown>
  readonly dataType: 'text'
  readonly timeout: number
}

interface UploadOptions extends Endings<Success, Failure> {
  readonly url: string
  readonly filePath: string
  readonly fileName: string
  readonly name: string
  readonly fileType: 'image' | 'video' | 'audio'
  readonly formData: Record<string, string>
  readonly timeout: number
}

interface UploadTask extends PlatformTask {
  onProgressUpdate?(
    listener: (progress: { readonly totalBytesSent: number; readonly totalBytesExpectedToSend: number }) => void,
  ): void
}

const TIMEOUT_MS = 30 * 60_000
/** `my.request` and `my.uploadFile`: the domain is in no list. */
const NOT_LISTED = 4
const NOT_LISTED_OF_REQUEST = 11
const STOPPED = 9

/**
 * How Alipay's mini-programs send: every file by one form. `my.request` knows no PUT, so nothing goes in parts.
 *
 * @example
 * const uploader = createUploader({ endpoint: 'https://app.example', transport: alipayTransport(my) })
 *
 * @see docs/guide/mini-programs.md
 * @see https://opendocs.alipay.com/mini/api/kmq4hc
 */
export function alipayTransport(my: AlipayMiniProgram): Transport<LocalFile> {
  return {
    createStop,
    ask: ({ url, method, headers, body, signal }) =>
      platformCall<Success, Failure>(
        (endings) =>
          my.request({
            url,
            method,
            headers: { ...headers },
            ...(body !== undefined && { data: JSON.parse(body) }), // an object only: the platform makes JSON of it again
            dataType: 'text',
            timeout: TIMEOUT_MS,
            ...endings,
          }),
        { read: answerOf, whyNot: (failure) => whyNot('request', url, failure), signal },
      ),
    sendForm: ({ url, fields }, { path, type }, { onSent, signal }) =>
      platformCall<Success, Failure>(
        (endings) => {
          const task = my.uploadFile({
            url,
            filePath: path,
            fileName: 'file', // the name of the field, as old versions call it
            name: 'file',
            fileType: kindOf(type),
            formData: { ...fields },
            timeout: TIMEOUT_MS,
            ...endings,
          })
          task?.onProgressUpdate?.((progress) => onSent(progress.totalBytesSent, progress.totalBytesExpectedToSend))
          return task
        },
        { read: answerOf, whyNot: (failure) => whyNot('uploadFile', url, failure), signal },
      ),
  }
}

/** The platform asks for one of three; the store goes by the form. */
function kindOf(type: string): 'image' | 'video' | 'audio' {
  const [kind] = type.split('/', 1)
  return kind === 'video' || kind === 'audio' ? kind : 'image'
}

function answerOf({ status, statusCode, headers, header, data }: Success): Answer {
  return { status: Number(status ?? statusCode ?? 0), headers: headersOf(headers ?? header), body: textOf(data) }
}

function whyNot(api: 'request' | 'uploadFile', url: string, failure: Failure): Answer | PosternError {
  const answer = answerOf(failure)
  if (answer.status >= 100) return answer
  const { error, errorMessage = '' } = failure
  if (error === STOPPED) return aborted()
  const isListed = error !== NOT_LISTED && !(api === 'request' && error === NOT_LISTED_OF_REQUEST)
  const message = isListed ? `${errorMessage || 'error'} ${error ?? ''}`.trim() : 'domain'
  const console = 'the open platform’s console, under Development settings, Server domains, and build a new version'
  return whyUnreached({ api, url, message, console })
}
