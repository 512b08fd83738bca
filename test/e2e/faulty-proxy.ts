import { once } from 'node:events'
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'

/** One request, as it went through. */
export interface Passage {
  /** What the {@link KindOf} of this proxy calls it. */
  readonly kind: string
  /** Of a multipart upload's part. */
  readonly partNumber: number
  /** What has come of its body. */
  bytes: number
  /** What the other side was told; absent until then, and where it was told nothing. */
  status: number | undefined
}

export type KindOf = (request: IncomingMessage, url: URL) => string

/** What strikes a request. Bytes are of its body. */
type Fault =
  | { readonly does: 'answer'; readonly answer: CannedAnswer }
  | { readonly does: 'cut'; readonly afterBytes: number }
  | { readonly does: 'lose-answer' }
  | { readonly does: 'hold'; readonly afterBytes: number; readonly hold: Hold }
  | { readonly does: 'hold-answer'; readonly hold: Hold }

interface CannedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Which requests a fault strikes. */
export interface Struck {
  readonly kind: string
  /** How many of them; then the others pass. 1. */
  readonly times?: number
  readonly where?: (passage: Passage) => boolean
}

/** Requests that wait until the test lets them go on. */
export interface Held {
  /** Once the first of them waits. */
  readonly reached: Promise<void>
  readonly release: () => void
}

interface Hold extends Held {
  readonly arrive: () => Promise<void>
}

/** Stands before a server, and fails as networks and servers do, when a test says so. It is away until it is told where to. */
export interface FaultyProxy {
  /** `http://127.0.0.1:9000`; stays the same however often the server behind is another. */
  readonly url: string
  /** All requests, in the order in which they came. */
  readonly passed: readonly Passage[]
  /** Those of one kind. */
  readonly of: (kind: string) => readonly Passage[]
  /** How many of one kind were under way at once, at most. */
  readonly peak: (kind: string) => number
  /** Which server is behind. */
  readonly turnTo: (port: number) => void
  /** Cuts every connection, now and until it is back: as if nobody were there. */
  readonly setAway: (isAway: boolean) => void
  /** Answers in the server's place, which hears nothing of it. */
  readonly refuse: (struck: Struck, answer: CannedAnswer) => void
  /** Cuts the connection when so much of the body has come; the server never has it whole. */
  readonly cut: (struck: Struck, afterBytes: number) => void
  /** The server does what it was asked; nobody hears of it. */
  readonly loseAnswer: (struck: Struck) => void
  /** Lets so much of the body through, and then no more. */
  readonly hold: (struck: Struck, afterBytes: number) => Held
  /** The server has answered; the answer waits. */
  readonly holdAnswer: (struck: Struck) => Held
  /** From now on each request has a connection of its own. */
  readonly endReuse: () => void
  readonly close: () => Promise<void>
}

export async function openFaultyProxy(kindOf: KindOf): Promise<FaultyProxy> {
  let target = 0
  let isAway = true
  let mayReuse = true
  const passed: Passage[] = []
  const strikes: { struck: Struck; left: number; fault: Fault }[] = []
  const sockets = new Set<Socket>()
  const underWay = new Map<string, number>()
  const peaks = new Map<string, number>()

  function count(kind: string, step: 1 | -1): void {
    const now = (underWay.get(kind) ?? 0) + step
    underWay.set(kind, now)
    peaks.set(kind, Math.max(now, peaks.get(kind) ?? 0))
  }

  function faultFor(passage: Passage): Fault | undefined {
    const strike = strikes.find(
      ({ struck: { kind, where }, left }) => left > 0 && kind === passage.kind && (where?.(passage) ?? true),
    )
    if (strike !== undefined) strike.left--
    return strike?.fault
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://proxy')
    const kind = kindOf(incoming, url)
    const { socket } = incoming
    if (isAway) {
      socket.destroy()
      return
    }
    if (!mayReuse) outgoing.shouldKeepAlive = false
    const partNumber = Number(url.searchParams.get('partNumber') ?? 0)
    const passage: Passage = { kind, partNumber, bytes: 0, status: undefined }
    passed.push(passage)
    count(kind, 1)
    outgoing.once('close', () => count(kind, -1))
    // Whatever ends it early ends it for both sides: that is what a broken connection is.
    pass(incoming, outgoing, passage, { target, fault: faultFor(passage) }).catch(() => socket.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const strike = (struck: Struck, fault: Fault) => {
    strikes.push({ struck, left: struck.times ?? 1, fault })
  }

  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    passed,
    of: (kind) => passed.filter((passage) => passage.kind === kind),
    peak: (kind) => peaks.get(kind) ?? 0,
    turnTo(next) {
      target = next
      isAway = false
    },
    setAway(next) {
      isAway = next
      if (isAway) cutAll()
    },
    refuse: (struck, answer) => strike(struck, { does: 'answer', answer }),
    cut: (struck, afterBytes) => strike(struck, { does: 'cut', afterBytes }),
    loseAnswer: (struck) => strike(struck, { does: 'lose-answer' }),
    hold(struck, afterBytes) {
      const hold = createHold()
      strike(struck, { does: 'hold', afterBytes, hold })
      return hold
    },
    holdAnswer(struck) {
      const hold = createHold()
      strike(struck, { does: 'hold-answer', hold })
      return hold
    },
    endReuse() {
      mayReuse = false
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      cutAll()
      await closed
    },
  }
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  passage: Passage,
  { target, fault }: { target: number; fault: Fault | undefined },
): Promise<void> {
  if (fault?.does === 'answer') {
    for await (const chunk of incoming) passage.bytes += chunk.length
    const { status, headers = {}, body } = fault.answer
    passage.status = status
    outgoing.writeHead(status, headers).end(body)
    return
  }
  const { method, url: path, rawHeaders: headers } = incoming
  const forwarded = request({ host: '127.0.0.1', port: target, method, path, headers, agent: false })
  const gone = () => forwarded.destroy()
  outgoing.once('close', gone)
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    forwarded.once('response', resolve).on('error', reject)
  })
  const body = sendBody(through(incoming, passage, fault), forwarded)
  const answer = await Promise.race([answered, body.then(() => answered)])
  if (fault?.does === 'lose-answer') {
    await Promise.all([body, answer.toArray()])
    throw new Error('the answer is lost')
  }
  if (fault?.does === 'hold-answer') await fault.hold.arrive()
  passage.status = answer.statusCode
  outgoing.writeHead(answer.statusCode ?? 502, withoutConnection(answer.rawHeaders))
  await pipeline(answer, outgoing)
  outgoing.off('close', gone)
  await body // an answer may come before the body's end
}

/** Whether a connection is kept is between its two ends. Names and values, in turn. */
function withoutConnection(headers: readonly string[]): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'connection')
}

/** Sends all of it; what nobody takes any more is read and thrown away. */
async function sendBody(chunks: AsyncIterable<Buffer>, to: ClientRequest): Promise<void> {
  for await (const chunk of chunks) {
    if (to.destroyed || to.write(chunk)) continue
    const over = new AbortController()
    await Promise.race([once(to, 'drain', over), once(to, 'close', over)]).catch(() => {})
    over.abort()
  }
  to.end()
}

/** The body, until what strikes it. */
async function* through(
  chunks: AsyncIterable<Buffer>,
  passage: Passage,
  fault: Fault | undefined,
): AsyncGenerator<Buffer> {
  const edge = fault?.does === 'cut' || fault?.does === 'hold' ? fault.afterBytes : Number.POSITIVE_INFINITY
  let isPast = false
  for await (const chunk of chunks) {
    passage.bytes += chunk.length
    const before = Math.max(0, edge - (passage.bytes - chunk.length))
    if (isPast || chunk.length <= before) {
      yield chunk
      continue
    }
    yield chunk.subarray(0, before)
    await strikeAt(fault)
    isPast = true
    yield chunk.subarray(before)
  }
}

async function strikeAt(fault: Fault | undefined): Promise<void> {
  if (fault?.does === 'cut') throw new Error('the connection is cut')
  if (fault?.does === 'hold') await fault.hold.arrive()
}

function createHold(): Hold {
  let arrived = () => {}
  let release = () => {}
  const reached = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    reached,
    release,
    arrive() {
      arrived()
      return released
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('A server on a port has an address.')
  return address.port
}
