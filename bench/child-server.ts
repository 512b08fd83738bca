import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A server of bench/servers.ts in a process of its own, so that load and server do not share a thread. */
export interface ChildServer {
  readonly port: number
  /** Bytes resident now, and the most there ever were (Linux's VmRSS and VmHWM). */
  memory(): { readonly now: number; readonly peak: number }
  /** Seconds of CPU that it has used. */
  cpuSeconds(): number
  stop(): Promise<void>
}

export async function startServer(kind: string, ...settings: readonly string[]): Promise<ChildServer> {
  const script = fileURLToPath(new URL('servers.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind, ...settings], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await readyPort(child)
  return {
    port,
    memory: () => memoryOf(child.pid ?? 0),
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function readyPort(child: ChildProcess): Promise<number> {
  let output = ''
  return await new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const [, port] = output.split('\n', 1)[0]?.split('ready ') ?? []
      if (port !== undefined && output.includes('\n')) resolve(Number(port))
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it was ready.`)))
  })
}

function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = (name: string): number => Number(status.split(`${name}:`)[1]?.trim().split(' ')[0])
  return { now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 }
}

/** The times in user and kernel, in hundredths of a second, of proc(5). */
function cpuSecondsOf(pid: number): number {
  const [, , , , , , , , , , , user, kernel] =
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(user) + Number(kernel)) / 100
}
