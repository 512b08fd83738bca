import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const FILLER = 'filler'

/** A disk of a few megabytes, which only the processes that are started on it see; it is gone after the test. */
export class SmallDisk {
  /** Where it is for a process that was started on it. */
  readonly path: string
  readonly #keeper: ChildProcess | undefined

  /** @param bytes how large it is */
  static async make(bytes: number): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), 'postern-disk-'))
    onTestFinished(() => rm(path, { recursive: true, force: true }))
    const mount = ['mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'postern', path]
    const keeper = await keepNamespace(mount)
    if (typeof keeper !== 'string') return new SmallDisk(path, keeper)
    if (process.getuid?.() !== 0) throw new Error(`${ADVICE} (${keeper.trim()})`)
    await mountForAll(mount, path) // in a changed root directory the kernel gives nobody a namespace
    return new SmallDisk(path, undefined)
  }

  private constructor(path: string, keeper: ChildProcess | undefined) {
    this.path = path
    this.#keeper = keeper
  }

  /** The words that start a program on it. */
  starting(words: readonly string[]): string[] {
    if (this.#keeper === undefined) return [...words]
    return ['nsenter', `--target=${this.#keeper.pid}`, '--mount', '--user', '--preserve-credentials', '--', ...words]
  }

  /** The same folder, as this process reaches it. */
  get outside(): string {
    return this.#keeper === undefined ? this.path : join(`/proc/${this.#keeper.pid}/root`, this.path)
  }

  /** Runs a line of shell on it. */
  async run(line: string): Promise<void> {
    const [command = '', ...words] = this.starting(['sh', '-c', `cd "$0" && ${line}`, this.path])
    await promisify(execFile)(command, words)
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.outside)
    return bavail * bsize
  }

  /** As somebody else would who uses the same disk. */
  async fill(leaveBytes = 0): Promise<void> {
    const size = (await this.freeBytes()) - leaveBytes
    if (size <= 0) return
    const filler = new Uint8Array(size)
    await writeFile(join(this.outside, FILLER), filler, { flag: 'a' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error // the store may have been faster
    })
  }

  async empty(): Promise<void> {
    await rm(join(this.outside, FILLER), { force: true })
  }
}

const ADVICE = `A test needs a small disk of its own, and this user may not make one. On Linux, run the tests as root, or let users
have namespaces: sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0.`

/** Mounts in a namespace, which lasts until the test is over; or gives what was said where that cannot be. */
async function keepNamespace(mount: readonly string[]): Promise<ChildProcess | string> {
  const words = ['--mount', '--user', '--map-root-user', 'sh', '-c', '"$@" && echo ready && exec cat', 'sh', ...mount]
  const keeper = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void keeper.kill('SIGKILL'))
  const ready = once(keeper.stdout, 'data').then(() => keeper)
  const failed = once(keeper, 'error').then(([error]) => String(error))
  const ended = once(keeper, 'exit').then(async () => await text(keeper.stderr))
  return await Promise.race([ready, failed, ended])
}

async function mountForAll([command = '', ...words]: readonly string[], path: string): Promise<void> {
  await promisify(execFile)(command, words)
  onTestFinished(async () => {
    await promisify(execFile)('umount', ['--lazy', path])
  })
}
