import { PosternError, type Retry } from '../base/errors.ts'
import { aborted } from './no-answer.ts'
import type { Answer, FileFacts, Question, Transport } from './transport.ts'

/** What a client asks: of the issuer by the address after its endpoint, of the store by what is sent there. */
export type Place =
  | 'uploads'
  | 'uploads/complete'
  | `uploads/multipart${'' | '/list' | '/parts' | '/complete' | '/abort'}`
  | 'form'
  | 'put'

/** What a request to the issuer says. */
interface Asked {
  readonly route?: string
  readonly filename?: string
  readonly size?: number
  readonly type?: string
  readonly meta?: Readonly<Record<string, string>>
  readonly files?: readonly Asked[]
  readonly token?: string
  readonly partSize?: number
  readonly partNumbers?: readonly number[]
}

/** A request that was made. */
interface Call {
  readonly to: Place
  /** Of the issuer: its JSON. */
  readonly asked: Asked
  /** Of the store: the key that the file or the part goes to. */
  readonly key: string
  /** Of a part. */
  readonly part: number
  readonly headers: Readonly<Record<string, string>>
  readonly url: string
  readonly signal: AbortSignal
  /** Says that so many bytes have left: of a form, those of its fields and of the file. */
  readonly onSent: (sentBytes: number, totalBytes: number) => void
}

/** What happens to one request in place of what should; `act` does that, and gives its answer. */
export type Twist = (act: () => Answer, call: Call) => Answer | Promise<Answer>

export interface WorldOptions {
  /** Bytes of every part but the last; 10. */
  readonly partSize?: number
  /** For how long forms, and signatures of parts, are good; ten minutes. */
  readonly lifetimeMs?: number
  /** How much the issuer's clock is ahead of this computer's. */
  readonly aheadMs?: number
  /** How files go that do not go in parts. */
  readonly method?: 'POST' | 'PUT'
  /** Whether the store itself tells the application. */
  readonly hasCallback?: boolean
  /** Whether forms have tokens: those of the vendor's samples have none. */
  readonly hasTokens?: boolean
}

interface StoredUpload {
  readonly key: string
  readonly size: number
  readonly partSize: number
  readonly stored: Map<number, number>
  state: 'open' | 'completed' | 'aborted'
}

/** Bytes that the fields of a form have, in front of the file. */
export const FIELDS_BYTES = 1000

/** An issuer and a store that do what they should, behind the transport of a platform that a test can disturb. */
export interface World {
  readonly transport: Transport<FileFacts> & Required<Pick<Transport<FileFacts>, 'sendBytes' | 'readBytes'>>
  readonly calls: readonly Call[]
  /** Where requests went, in order. */
  readonly places: readonly Place[]
  /** Bytes by key. */
  readonly objects: ReadonlyMap<string, number>
  /** By token. */
  readonly uploads: ReadonlyMap<string, StoredUpload>
  /** How many files or parts were being sent at once, at most. */
  readonly mostAtOnce: number
  /** The next requests to this place meet these, in order. */
  next(place: Place, ...twists: readonly Twist[]): void
  /** Every request to this place meets this, once those of `next` are used up. */
  always(place: Place, twist: Twist): void
  callsTo(place: Place): readonly Call[]
}

export function createWorld(options: WorldOptions = {}): World {
  const {
    partSize = 10,
    lifetimeMs = 600_000,
    aheadMs = 0,
    method = 'POST',
    hasCallback = false,
    hasTokens = true,
  } = options
  const calls: Call[] = []
  const objects = new Map<string, number>()
  const keys = new Map<string, string>()
  const uploads = new Map<string, StoredUpload>()
  const coming = new Map<Place, Twist[]>()
  const lasting = new Map<Place, Twist>()
  let sending = 0
  let mostAtOnce = 0
  let count = 0

  const now = () => Date.now() + aheadMs
  const expiresAt = () => new Date(now() + lifetimeMs).toISOString()

  function json(value: unknown, status = 200): Answer {
    return { status, headers: new Headers({ date: new Date(now()).toUTCString() }), body: JSON.stringify(value) }
  }

  async function meet(call: Call, act: () => Answer): Promise<Answer> {
    calls.push(call)
    if (call.signal.aborted) throw aborted()
    const twist = coming.get(call.to)?.shift() ?? lasting.get(call.to)
    return twist === undefined ? act() : await twist(act, call)
  }

  function issue({ filename = '' }: Asked): object {
    const key = `${++count}/${filename}`
    const token = `token of ${key}`
    keys.set(token, key)
    const known = { key, expiresAt: expiresAt(), ...(hasTokens && { token }) }
    if (method === 'PUT') return { ...known, method, url: `https://store.example/${key}?signature=x`, headers: {} }
    const fields = { key, ...(hasCallback && { callback: 'e30=' }) }
    return { ...known, method, url: 'https://store.example/', fields }
  }

  function objectAnswer(key: string): Answer {
    const size = objects.get(key)
    if (size === undefined) return problemAnswer('upload-missing', 'same-form', 404)
    return json({ id: key, key, url: `https://cdn.example/${key}`, size, type: 'x/y', etag: `"${key}"` })
  }

  function begin({ filename = '', size = 0 }: Asked): Answer {
    const key = `${++count}/${filename}`
    const token = `parts of ${key}`
    uploads.set(token, { key, size, partSize, stored: new Map(), state: 'open' })
    return json({ token, key, url: key, partSize, parts: partsOf(size, partSize), expiresAt: expiresAt() })
  }

  function open(token = ''): StoredUpload | undefined {
    const upload = uploads.get(token)
    return upload?.state === 'open' ? upload : undefined
  }

  function list({ token }: Asked): Answer {
    const upload = open(token)
    if (upload === undefined) return problemAnswer('upload-gone', 'fresh-form', 404)
    const stored = [...upload.stored].map(([partNumber, size]) => ({ partNumber, size }))
    return json({ partSize: upload.partSize, parts: partsOf(upload.size, upload.partSize), stored })
  }

  function sign({ token, partNumbers = [] }: Asked): Answer {
    if (partNumbers.length > 100) return problemAnswer('issue-request-malformed', 'never', 400)
    const parts = partNumbers.map((partNumber) => ({
      partNumber,
      url: `https://store.example/${encodeURIComponent(token ?? '')}?partNumber=${partNumber}&n=${++count}`,
      headers: { 'Content-Type': 'application/octet-stream' },
      expiresAt: expiresAt(),
    }))
    return json({ parts })
  }

  function complete({ token = '' }: Asked): Answer {
    const upload = uploads.get(token)
    if (upload === undefined || upload.state === 'aborted') return problemAnswer('upload-gone', 'fresh-form', 404)
    if (upload.stored.size < partsOf(upload.size, upload.partSize))
      return problemAnswer('upload-incomplete', 'same-form', 409)
    upload.state = 'completed'
    objects.set(upload.key, upload.size)
    return objectAnswer(upload.key)
  }

  function abort({ token }: Asked): Answer {
    const upload = open(token)
    if (upload === undefined) return problemAnswer('upload-gone', 'fresh-form', 404)
    upload.state = 'aborted'
    return json({ aborted: upload.key })
  }

  const answers: Readonly<Record<string, (asked: Asked) => Answer>> = {
    uploads: (asked) => json(asked.files === undefined ? issue(asked) : { uploads: asked.files.map(issue) }),
    'uploads/complete': ({ token = '' }) => objectAnswer(keys.get(token) ?? ''),
    'uploads/multipart': begin,
    'uploads/multipart/list': list,
    'uploads/multipart/parts': sign,
    'uploads/multipart/complete': complete,
    'uploads/multipart/abort': abort,
  }

  function ask({ url, body = '{}', headers, signal }: Question): Promise<Answer> {
    const path = url.replace('https://app.example/', '')
    const to = PLACES.find((place) => place === path)
    const act = answers[path]
    if (to === undefined || act === undefined) throw new TypeError(`The client asked ${url}.`)
    const asked: Asked = JSON.parse(body)
    return meet({ ...NOTHING, to, asked, headers, url, signal }, () => act(asked))
  }

  async function send(call: Call, act: () => Answer): Promise<Answer> {
    mostAtOnce = Math.max(mostAtOnce, ++sending)
    try {
      return await meet(call, act)
    } finally {
      sending--
    }
  }

  function store(key: string, size: number): Answer {
    objects.set(key, size)
    return { status: 200, headers: new Headers({ etag: '"of the store"' }), body: hasCallback ? '{"seen":true}' : '' }
  }

  function storePart(token: string, part: number, bytes: number): Answer {
    const upload = open(token)
    if (upload === undefined) return refusalAnswer(404, 'NoSuchUpload')
    upload.stored.set(part, bytes)
    return { status: 200, headers: new Headers(), body: '' }
  }

  const transport: World['transport'] = {
    ask: async (question) => await ask(question),
    sendForm: (form, file, { signal, onSent }) => {
      const key = form.fields['key'] ?? ''
      const act = () => {
        onSent(file.size + FIELDS_BYTES, file.size + FIELDS_BYTES)
        if (Date.parse(form.expiresAt) <= now()) return refusalAnswer(403, 'AccessDenied', EXPIRED)
        if (objects.has(key)) return refusalAnswer(409, 'FileAlreadyExists', EXISTS)
        return store(key, file.size)
      }
      return send({ ...NOTHING, to: 'form', key, headers: {}, url: form.url, signal, onSent }, act)
    },
    sendBytes: ({ url, headers, start, end }, _, { signal, onSent }) => {
      const { pathname, searchParams } = new URL(url)
      const key = decodeURIComponent(pathname.slice(1))
      const part = Number(searchParams.get('partNumber') ?? 0)
      const act = () => {
        onSent(end - start, end - start)
        return part === 0 ? store(key, end - start) : storePart(key, part, end - start)
      }
      return send({ ...NOTHING, to: 'put', key, part, headers, url, signal, onSent }, act)
    },
    readBytes: async (_, start, end) => new Uint8Array(end - start),
  }

  return {
    transport,
    calls,
    get places() {
      return calls.map(({ to }) => to)
    },
    objects,
    uploads,
    get mostAtOnce() {
      return mostAtOnce
    },
    next: (place, ...twists) => coming.set(place, [...(coming.get(place) ?? []), ...twists]),
    always: (place, twist) => lasting.set(place, twist),
    callsTo: (place) => calls.filter(({ to }) => to === place),
  }
}

const NOTHING = { asked: {}, key: '', part: 0, onSent: () => {} }
const PLACES: readonly Place[] = [
  'uploads',
  'uploads/complete',
  'uploads/multipart',
  'uploads/multipart/list',
  'uploads/multipart/parts',
  'uploads/multipart/complete',
  'uploads/multipart/abort',
]
const EXPIRED = 'Invalid according to Policy: Policy expired.'
const EXISTS = 'The object you specified already exists and can not be overwritten.'

function partsOf(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize))
}

function problemAnswer(
  code: string,
  retry: Retry,
  status: number,
  facts: Readonly<Record<string, string>> = {},
): Answer {
  const problem = { type: `urn:postern:problem:${code}`, title: code, status, detail: `It is ${code}.`, code, retry }
  const headers = new Headers({ date: new Date().toUTCString() })
  return { status, headers, body: JSON.stringify({ ...facts, ...problem }) }
}

function refusalAnswer(status: number, code: string, message = ''): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, headers: new Headers(), body }
}

/** The request does not arrive. */
export const lost: Twist = () => {
  throw new PosternError('network-lost', 'The connection was lost.', {}, { retry: 'same-form' })
}

/** It arrives and is done; its answer does not arrive. */
export const answerLost: Twist = (act, call) => {
  act()
  return lost(act, call)
}

/** The issuer does not do it, and says why. */
export function problem(
  code: string,
  retry: Retry,
  { status = 400, facts = {} }: { status?: number; facts?: Readonly<Record<string, string>> } = {},
): Twist {
  return () => problemAnswer(code, retry, status, facts)
}

/** The store does not do it, and says why. */
export function refusal(status: number, code: string, message?: string): Twist {
  return () => refusalAnswer(status, code, message)
}

/** It is done, and this is said of it. */
export function done(afterwards: Twist): Twist {
  return (act, call) => {
    act()
    return afterwards(act, call)
  }
}

/** It takes a while: to arrive, or to be answered once it is done. It can be stopped. */
export function slow(ms: number, way: 'there' | 'back' = 'there'): Twist {
  return async (act, { signal }) => {
    const answer = way === 'back' ? act() : undefined
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(aborted())
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal.addEventListener('abort', stop)
    })
    return answer ?? act()
  }
}

/** Holds requests until they are let go on; a request that is stopped goes at once. */
export interface Gate {
  readonly hold: Twist
  /** Those that are held. */
  readonly held: readonly Call[]
  /** Lets the first of them go on: with what should happen, or with this. */
  open(twist?: Twist): void
}

export function createGate(): Gate {
  const waiting: { readonly call: Call; readonly go: (twist: Twist) => void }[] = []
  return {
    hold: async (act, call) => {
      const twist = await new Promise<Twist>((resolve, reject) => {
        const entry = { call, go: resolve }
        waiting.push(entry)
        call.signal.addEventListener('abort', () => {
          if (waiting.includes(entry)) waiting.splice(waiting.indexOf(entry), 1)
          reject(aborted())
        })
      })
      return await twist(act, call)
    },
    get held() {
      return waiting.map(({ call }) => call)
    },
    open(twist = (act) => act()) {
      waiting.shift()?.go(twist)
    },
  }
}
