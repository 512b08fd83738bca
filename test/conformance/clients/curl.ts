import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Fetched, OpenRequest, SignedForm } from './object-client.ts'

/** Asks for a URL with curl, as it is written. */
export async function curl(url: string, { method = 'GET', headers = {}, body }: OpenRequest = {}): Promise<Fetched> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  return await run([...verb(method, body), ...fields, url], body)
}

/** What one would type: `-T` for a PUT, `--data-binary` for a POST, `-I` for a HEAD. */
function verb(method: string, body: Uint8Array | undefined): string[] {
  if (method === 'HEAD') return ['--head']
  if (body === undefined) return ['--request', method]
  if (method === 'PUT') return ['--upload-file', '-'] // of unknown length: chunked
  return ['--request', method, '--data-binary', '@-', '--header', 'Content-Type:'] // else curl says that it is a form
}

/** Posts a form with `-F`; `--form-string` where the value may begin with `@`. */
export async function curlForm({ url, fields }: SignedForm, content: Uint8Array): Promise<Fetched> {
  const entries = Object.entries(fields).flatMap(([name, value]) => ['--form-string', `${name}=${value}`])
  return await run([...entries, '--form', 'file=@-;filename=照片.png', url], content)
}

const AS_WRITTEN = ['--disable', '--silent', '--show-error', '--globoff', '--path-as-is', '--noproxy', '*', '--include']

async function run(args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<Fetched> {
  const { stdin, stdout, stderr } = spawn('curl', [...AS_WRITTEN, ...args])
  stdin.on('error', () => {}) // curl stops reading where the answer comes early
  stdin.end(input)
  const [answer, complaint] = await Promise.all([bytesOf(stdout), bytesOf(stderr)])
  if (answer.length === 0) throw new Error(`curl ${args.join(' ')}: ${complaint}`)
  return readAnswer(answer)
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray())
}

/** The head and the body of the answer, and before them perhaps a `100 Continue`. */
function readAnswer(answer: Buffer): Fetched {
  const end = answer.indexOf('\r\n\r\n')
  const [first = '', ...lines] = answer.toString('latin1', 0, end).split('\r\n')
  const content = answer.subarray(end + 4)
  const status = Number(first.split(' ')[1])
  if (status === 100) return readAnswer(content)
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { status, headers: Object.fromEntries(headers), content }
}
