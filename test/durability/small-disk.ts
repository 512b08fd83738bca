import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

const FILLER = 'filler'

/** A disk of a few megabytes, which only the processes that are started on it see; it is gone after the test. */
export class SmallDisk {
  /** Where it is for a process that was started on it. */
  readonly path: string
  readonly #keeper: ChildProcess

  /** @param bytes how large it is */
  static async make(bytes: number): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), 'postern-disk-'))
    const mount = `mount -t tmpfs -o size=${bytes},mode=700 postern "$0" && echo ready && exec cat`
    const words = ['--mount', '--user', '--map-root-user', 'sh', '-c', mount, path]
    const keeper = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'pipe'] })
    onTestFinished(async () => {
      keeper.kill('SIGKILL')
      await rm(path, { recursive: true, force: true })
    })
    const failed = once(keeper, 'error').then(([error]) => String(error))
    const ended = once(keeper, 'exit').then(async () => await text(keeper.stderr))
    const reason = await Promise.race([once(keeper.stdout, 'data').then(() => undefined), failed, ended])
    if (reason !== undefined) throw new Error(`${ADVICE} (${reason.trim()})`)
    return new SmallDisk(path, keeper)
  }

  private constructor(path: string, keeper: ChildProcess) {
    this.path = path
    this.#keeper = keeper
  }

  /** The words that start a program on it. */
  starting(words: readonly string[]): string[] {
    return ['nsenter', `--target=${this.#keeper.pid}`, '--mount', '--user', '--preserve-credentials', '--', ...words]
  }

  /** The same folder, as this process reaches it. */
  get outside(): string {
    return join(`/proc/${this.#keeper.pid}/root`, this.path)
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
