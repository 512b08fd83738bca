import { parseUploadForm, type UploadForm } from '../form/upload-form.ts'
import { formFromAnswer } from '../form/vendor-answer.ts'
import { noAnswer } from './connection.ts'
import { readProblem } from './read-problem.ts'

/** What the issuer is told of a file. */
export interface FileFacts {
  readonly name: string
  readonly size: number
  readonly type: string
}

export interface RequestOptions {
  /** Which of the issuer's routes; its default without. */
  readonly route?: string
  /** Asks in place of the global `fetch`: to add a token, say. */
  readonly fetch?: typeof fetch
  readonly signal?: AbortSignal
}

/**
 * Asks an issuer for the form of one file: `POST /uploads`.
 *
 * @example
 * const form = await requestForm('https://app.example', file, { route: 'avatars' })
 */
export async function requestForm(issuer: string, file: FileFacts, options: RequestOptions = {}): Promise<UploadForm> {
  const body = JSON.stringify({ route: options.route, filename: file.name, size: file.size, type: file.type })
  const headers = { 'content-type': 'application/json' }
  return parseUploadForm(await ask(address(issuer, 'uploads'), { method: 'POST', headers, body }, options))
}

/**
 * Asks as the vendor's front ends do, `GET /get_post_signature_for_oss_upload`, and makes the form they make of it.
 *
 * @example
 * const form = await requestSignature('https://app.example', file)
 *
 * @see docs/spec/direct-upload-server.md sections 1.2 and 2
 */
export async function requestSignature(
  issuer: string,
  file: Pick<FileFacts, 'name'>,
  options: RequestOptions = {},
): Promise<UploadForm> {
  const query = options.route === undefined ? '' : `?route=${encodeURIComponent(options.route)}`
  return formFromAnswer(await ask(address(issuer, `get_post_signature_for_oss_upload${query}`), {}, options), file)
}

function address(issuer: string, path: string): string {
  return `${issuer.endsWith('/') ? issuer.slice(0, -1) : issuer}/${path}`
}

async function ask(url: string, request: RequestInit, options: RequestOptions): Promise<unknown> {
  const { status, ok, text } = await answerOf(url, request, options)
  const answer = readJson(text)
  if (!ok || answer === undefined) throw readProblem(url, status, answer)
  return answer
}

async function answerOf(url: string, request: RequestInit, { fetch = globalThis.fetch, signal }: RequestOptions) {
  try {
    const response = await fetch(url, { ...request, signal: signal ?? null })
    return { status: response.status, ok: response.ok, text: await response.text() }
  } catch (cause) {
    throw noAnswer(`The issuer at ${url} does not answer.`, signal, cause)
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
