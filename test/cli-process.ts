import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')

/** The secret of every credential in these tests: no command may ever print it. */
export const SECRET = 'hunter2SecretOfTheTests'
export const CREDENTIAL_ENVIRONMENT = { OSS_ACCESS_KEY_ID: 'test-key', OSS_ACCESS_KEY_SECRET: SECRET }

export interface RunOptions {
  readonly cwd?: string
  /** In place of ours, but for PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>
  /** What it reads from standard input. */
  readonly input?: string
  /** The words that start a program elsewhere, such as on a disk of its own. */
  readonly starting?: (words: string[]) => readonly string[]
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

export interface Running {
  /** What it has printed so far. */
  readonly output: () => string
  /** The same of standard error. */
  readonly errors: () => string
  readonly ended: Promise<Ended>
  signal(name: NodeJS.Signals): void
}

/** Runs `postern` as a process of its own until it ends. */
export async function postern(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return await launch(words, options, MAX_MILLISECONDS).ended
}

/** Starts `postern` and waits until it has printed what tells that it is ready; not at all where `ready` is empty. */
export async function startPostern(
  words: readonly string[],
  ready: string,
  options: RunOptions = {},
): Promise<Running> {
  const running = launch(words, options)
  const isReady = new Promise<void>((resolve) => {
    const look = () => void (running.output().includes(ready) && resolve())
    running.child.stdout.on('data', look)
    look()
  })
  const ended = running.ended.then(({ stdout, stderr }) => {
    if (!stdout.includes(ready)) throw new Error(`postern ended before it was ready: ${stdout}${stderr}`)
  })
  await Promise.race([isReady, ended])
  return running
}

/** The rest of the line that begins with a word, in what a command printed. */
export function lineAfter(output: string, word: string): string {
  const line = output.split('\n').find((text) => text.trim().startsWith(word))
  if (line === undefined) throw new Error(`no line begins with "${word}" in: ${output}`)
  return line.trim().slice(word.length).trim()
}

/** A command that does not end is stopped, and then has the wrong exit code. */
const MAX_MILLISECONDS = 50_000

function launch(words: readonly string[], options: RunOptions, timeout?: number) {
  const { cwd, env = {}, input, starting = (same) => same } = options
  const { PATH = '', HOME = '' } = process.env
  const [command = '', ...rest] = starting([process.execPath, '--import', TSX, MAIN, ...words])
  const child = spawn(command, rest, { cwd, env: { PATH, HOME, ...env }, timeout })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => {}) // a command that needs no input may end before it is written
  child.stdin.end(input ?? '')
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (exitCode) => resolve({ stdout, stderr, exitCode }))
  }).then((result) => {
    expect(result.stdout + result.stderr).not.toContain(SECRET)
    return result
  })
  return {
    child,
    ended,
    output: () => stdout,
    errors: () => stderr,
    signal: (name: NodeJS.Signals) => void child.kill(name),
  }
}
