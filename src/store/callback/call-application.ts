import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { checkServerIdentity } from 'node:tls'
import { readUtf8 } from '../../base/bytes.ts'
import { MAX_CALLBACK_ANSWER_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { CallbackUrl } from './callback-url.ts'

/** A URL, and the address that its host stood for when it was judged. Nobody asks for that host's address again. */
export interface PinnedUrl extends CallbackUrl {
  readonly address: string
}

/** One request to an application. */
export interface ApplicationCall {
  readonly url: PinnedUrl
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly sendsServerName: boolean
  readonly timeoutMs: number
}

/** The application's JSON as it came, or why there is none. */
export type ApplicationAnswer = Uint8Array | PosternError

/**
 * Posts a callback to its application and reads the answer. Redirects are not followed, no connection is kept, and
 * nothing is waited for beyond the time allowed. Never rejects.
 *
 * @see docs/spec/callback.md sections 4 and 6
 */
export function callApplication(call: ApplicationCall): Promise<ApplicationAnswer> {
  const { url, headers, body, timeoutMs } = call
  const started = performance.now()
  return new Promise((resolve) => {
    const end = (answer: ApplicationAnswer): void => {
      clearTimeout(timer)
      request.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => end(tooLate(url, performance.now() - started, timeoutMs)), timeoutMs)
    const options = {
      host: url.address,
      port: url.port,
      method: 'POST',
      path: `${url.path}${url.query}`,
      headers,
      agent: false,
    }
    const request = url.isSecure ? requestHttps({ ...options, ...tlsOptions(call) }) : requestHttp(options)
    request.on('error', (error) => end(unreachable(error)))
    request.on('response', (response) => void readAnswer(response).then(end))
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      end(notConfirmed(response))
    })
    request.end(body)
  })
}

/** The certificate is held against the URL's host, whether TLS has named it or not. */
function tlsOptions({ url, sendsServerName }: ApplicationCall) {
  const identity: typeof checkServerIdentity = (_, certificate) => checkServerIdentity(url.host, certificate)
  return { servername: sendsServerName ? url.host : '', checkServerIdentity: identity }
}

async function readAnswer(response: IncomingMessage): Promise<ApplicationAnswer> {
  if (response.statusCode !== 200) return notConfirmed(response)
  const fault = lengthFault(response.headers['content-length'])
  if (fault !== undefined) return new PosternError('callback-failed', `Error Status : 400.${fault}`)
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of response) chunks.push(chunk) // as many as it announced: Node reads no more
    const answer = Buffer.concat(chunks)
    return isJson(answer) ? answer : new PosternError('callback-answer-not-json', JSON_ADVICE)
  } catch (error) {
    return unreachable(error)
  }
}

/** What is wrong with the length that an application announces. @see docs/spec/callback.md section 7 */
function lengthFault(announced: string | undefined): string | undefined {
  if (announced === undefined) return 'User server missing content-length.'
  if (!/^\d{1,15}$/.test(announced) || Number(announced) === 0)
    return 'User server return invalid content-length value.'
  return Number(announced) > MAX_CALLBACK_ANSWER_BYTES ? 'User server return too long content-length value.' : undefined
}

function isJson(bytes: Uint8Array): boolean {
  const text = readUtf8(bytes)
  if (text === undefined) return false
  try {
    JSON.parse(text) // a byte order mark is no part of JSON
    return true
  } catch {
    return false
  }
}

const JSON_ADVICE = 'An application answers with JSON in UTF-8, without a byte order mark.'

function notConfirmed({ statusCode }: IncomingMessage): PosternError {
  return new PosternError('callback-status', `Error status : ${statusCode}. An application confirms with 200.`)
}

function tooLate({ address, port }: PinnedUrl, costMs: number, timeoutMs: number): PosternError {
  const cost = `cost:${Math.round(costMs)}ms, timeout:${timeoutMs}ms`
  return new PosternError(
    'callback-timeout',
    `Error status : -1 ${address}:${port} reply timeout, ${cost} (err -4, errno115).`,
  )
}

/** The name of the error is all that is told: its text may quote what came. */
function unreachable(error: unknown): PosternError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return new PosternError('callback-unreachable', '', reason === undefined ? {} : { Reason: reason }, { cause: error })
}
