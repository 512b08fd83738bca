import { connect, type Socket } from 'node:net'

/**
 * One keep-alive connection that sends prepared bytes and waits for the whole answer. Far cheaper than an HTTP client,
 * so that the server, not the load, is what is measured.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#settle?.reject(error))
    socket.on('close', () => this.#settle?.reject(new Error('The server closed the connection.')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new Connection(socket)
  }

  /** Sends one whole request and gives the answer's status and body. */
  async send(request: Uint8Array): Promise<Answer> {
    const answer = this.answer()
    this.#socket.write(request)
    return await answer
  }

  /** Sends a piece of a request, and waits until the kernel took it. */
  async write(piece: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.#socket.write(piece, (error) => (error ? reject(error) : resolve())),
    )
  }

  answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  close(): void {
    this.#settle = undefined
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const headersEnd = this.#received.indexOf('\r\n\r\n')
    if (headersEnd === -1) return
    const headers = this.#received.toString('latin1', 0, headersEnd).toLowerCase()
    const lengthAt = headers.indexOf('content-length: ')
    const length = lengthAt === -1 ? 0 : Number.parseInt(headers.slice(lengthAt + 16), 10)
    const end = headersEnd + 4 + length
    if (this.#received.length < end) return
    const answer = { status: Number(headers.slice(9, 12)), body: this.#received.subarray(headersEnd + 4, end) }
    this.#received = this.#received.subarray(end)
    const settle = this.#settle
    this.#settle = undefined
    settle?.resolve(answer)
  }
}

export interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/** Requests a second over some connections for some seconds; every answer must have one of the expected statuses. */
export async function requestsPerSecond(
  port: number,
  connections: number,
  seconds: number,
  next: () => Uint8Array,
  expected: readonly number[],
): Promise<number> {
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const start = performance.now()
  const end = start + seconds * 1000
  let done = 0
  await Promise.all(
    opened.map(async (connection) => {
      while (performance.now() < end) {
        const { status, body } = await connection.send(next())
        if (!expected.includes(status)) throw new Error(`Answer ${status}: ${new TextDecoder().decode(body)}`)
        done += 1
      }
    }),
  )
  const rate = done / ((performance.now() - start) / 1000)
  for (const connection of opened) connection.close()
  return rate
}

/**
 * Keeps this process awake while it loads a server. To wake a client that sleeps costs a server on a virtual machine an interrupt
 * of the other core with each answer, and the more the fewer answers it gives: that would measure the machine.
 */
export async function awake<T>(load: () => Promise<T>): Promise<T> {
  let isOver = false
  const spin = (): void => {
    if (!isOver) setImmediate(spin)
  }
  spin()
  try {
    return await load()
  } finally {
    isOver = true
  }
}
