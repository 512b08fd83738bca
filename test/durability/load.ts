import { randomInt } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { Answer, Content, ExpectedObjects } from './expected-objects.ts'
import { BUCKET, bytesOf, newContent } from './settings.ts'

const CLIENTS = 32
const KEYS_OF_A_CLIENT = 6
/** How many clients want to be the first to store a key. */
const RIVALS = 4

interface Asked {
  readonly key: string
  /** Absent: delete it. */
  readonly content: Content | undefined
  /** Only where there is no object yet. */
  readonly once: boolean
}

interface Where {
  readonly port: number
  readonly agent: Agent
}

/** Loads the store from many connections until it dies. What it then owed an answer stays open in `expected`. */
export async function load(port: number, expected: ExpectedObjects, sizes: readonly number[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => loadAs(client, { port, agent }, expected, sizes)))
  agent.destroy()
}

async function loadAs(
  client: number,
  where: Where,
  expected: ExpectedObjects,
  sizes: readonly number[],
): Promise<void> {
  for (let answer: Answer = 'done'; answer !== 'none'; ) {
    const asked = choose(client, sizes)
    const settle = expected.ask(asked.key, asked.content, asked.once)
    answer = await send(asked, where)
    settle(answer)
  }
}

let contested = 0

/** Puts, overwrites and deletions of the client's own keys; and now and then a key that others want as well. */
function choose(client: number, sizes: readonly number[]): Asked {
  if (randomInt(4) === 0)
    return { key: `once/${Math.floor(contested++ / RIVALS)}`, content: newContent(sizes), once: true }
  const key = `client-${client}/${randomInt(KEYS_OF_A_CLIENT)}`
  return { key, content: randomInt(5) === 0 ? undefined : newContent(sizes), once: false }
}

function send(asked: Asked, { port, agent }: Where): Promise<Answer> {
  const { method, path, headers, body } = requestFor(asked)
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', agent, method, path, headers }, (response) => {
      response.resume().on('error', () => {})
      const answer = answerOf(response.statusCode)
      if (answer === undefined) reject(new Error(`${method} ${path} was answered with ${response.statusCode}.`))
      else resolve(answer)
    })
    sent.on('error', () => resolve('none'))
    sent.end(body)
  })
}

function answerOf(status: number | undefined): Answer | undefined {
  if (status === 200 || status === 204) return 'done'
  return status === 409 ? 'exists' : undefined
}

function requestFor({ key, content, once }: Asked) {
  const forbid = { 'x-oss-forbid-overwrite': String(once) }
  if (content === undefined) return { method: 'DELETE', path: `/${BUCKET}/${key}`, headers: {}, body: '' }
  const bytes = bytesOf(content)
  if (randomInt(2) === 0) return { method: 'PUT', path: `/${BUCKET}/${key}`, headers: forbid, body: bytes }
  const headers = { 'content-type': 'multipart/form-data; boundary=the-boundary' }
  return { method: 'POST', path: `/${BUCKET}/`, headers, body: formOf({ key, ...forbid }, bytes) }
}

function formOf(fields: Readonly<Record<string, string>>, file: Uint8Array): Buffer {
  const entries = Object.entries(fields).map(([name, value]) => `${opening(name)}\r\n\r\n${value}\r\n`)
  const head = `${entries.join('')}${opening('file')}; filename="a"\r\n\r\n`
  return Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--the-boundary--\r\n')])
}

function opening(name: string): string {
  return `--the-boundary\r\nContent-Disposition: form-data; name="${name}"`
}
