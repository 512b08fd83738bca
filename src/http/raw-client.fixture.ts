import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A client that sends exactly what it is told, and shows exactly what comes back. */
export class RawClient {
  readonly socket: Socket
  /** All that came, as Latin-1. */
  received = ''
  /** How the connection ended, once it did. */
  readonly ended: Promise<'closed' | 'reset'>
  #arrived: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1')
      this.#arrived()
    })
    this.ended = new Promise((resolve) => {
      socket.once('error', () => resolve('reset'))
      socket.once('end', () => resolve('closed'))
      socket.once('close', () => resolve('closed'))
    })
    onTestFinished(() => void socket.destroy())
  }

  static async open(port: number, allowHalfOpen = true): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen, noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new RawClient(socket)
  }

  send(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()))
  }

  /** Waits until what came matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      const more = new Promise<boolean>((resolve) => {
        this.#arrived = () => resolve(true)
      })
      if (!(await Promise.race([more, this.ended.then(() => false)])) && !pattern.test(this.received))
        throw new Error(`The connection ended, but ${pattern} never came, only: ${this.received}`)
    }
    return this.received
  }

  /** The status codes of all answers that came. */
  get statuses(): string[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status)
  }
}

/** A request's head. `lines` follow the Host header. */
export function head(method: string, target: string, ...lines: readonly string[]): string {
  return `${[`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...lines].join('\r\n')}\r\n\r\n`
}

/** A promise that the test settles, and how. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
