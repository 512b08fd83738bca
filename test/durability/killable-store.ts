import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A store in a process of its own. */
export class KillableStore {
  /** Resolves when the process is ready to open a folder: starting it takes longer than all the rest. */
  readonly loaded: Promise<unknown>
  readonly #child: ChildProcess

  /**
   * @param program what {@link bundleStore} made
   * @param starting gives the words that start a program where it shall run
   */
  constructor(program: string, starting: (words: string[]) => readonly string[] = (words) => words) {
    const [command = '', ...words] = starting([process.execPath, program])
    this.#child = spawn(command, words, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints += text
    })
    this.loaded = once(this.#child, 'message')
  }

  /** What it wrote to its standard error. */
  complaints = ''

  /** Opens the folder, and gives the port once the store listens; nothing where the process ended before. */
  async open(data: string): Promise<number | undefined> {
    await this.loaded
    const opened = once(this.#child, 'message').then(([port]) => Number(port))
    const ended = once(this.#child, 'exit').then(() => undefined)
    this.#child.send(data)
    return await Promise.race([opened, ended])
  }

  /** Stops it in good order. */
  async close(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }

  /** As a power cut would, as far as a process can tell. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit')
    if (this.#child.kill('SIGKILL')) await exited
  }
}

/** Puts the process's program into one file in this folder, so that hundreds of processes start in a tenth of the time. */
export async function bundleStore(folder: string): Promise<string> {
  const outfile = join(folder, 'store.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('./store-process.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [{ name: 'lmdb', setup: ({ onResolve }) => onResolve({ filter: /^lmdb$/ }, () => LMDB) }],
  })
  return outfile
}

/** Stays where it is: it looks for its native part beside itself. */
const LMDB = { path: import.meta.resolve('lmdb'), external: true }
