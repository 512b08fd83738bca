import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A store in a process of its own. */
export class KillableStore {
  /** Resolves when the process is ready to open a folder: starting it takes longer than all the rest. */
  readonly loaded: Promise<unknown>
  readonly #child: ChildProcess

  constructor() {
    this.#child = fork(new URL('./store-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
    this.loaded = once(this.#child, 'message')
  }

  /** Opens the folder, and gives the port once the store listens; nothing where the process ended before. */
  async open(data: string): Promise<number | undefined> {
    await this.loaded
    const opened = once(this.#child, 'message').then(([port]) => Number(port))
    const ended = once(this.#child, 'exit').then(() => undefined)
    this.#child.send(data)
    return await Promise.race([opened, ended])
  }

  /** As a power cut would, as far as a process can tell. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit')
    if (this.#child.kill('SIGKILL')) await exited
  }
}
