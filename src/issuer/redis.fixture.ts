import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { createRedis } from './redis.ts'

/** A Redis of its own for a test: on a free port, in a folder that is gone afterwards. */
export interface TestRedis {
  readonly url: string
  /** Ends it with all it knows. */
  readonly stop: () => Promise<void>
  /** Another one at the same address, which knows nothing. */
  readonly start: () => Promise<void>
  /** Lets it hang, connections and all, until it is let go on. */
  readonly freeze: () => void
  readonly thaw: () => void
}

export async function openTestRedis(): Promise<TestRedis> {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let running = await launch(port, url)
  return {
    url,
    stop: () => running.stop(),
    start: async () => {
      running = await launch(port, url)
    },
    freeze: () => running.signal('SIGSTOP'),
    thaw: () => running.signal('SIGCONT'),
  }
}

async function launch(port: number, url: string) {
  const folder = await mkdtemp(join(tmpdir(), 'postern-redis-'))
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const server = spawn('redis-server', options, { stdio: 'ignore' })
  await once(server, 'spawn') // or its error: npm test says what to install
  await vi.waitFor(() => createRedis(url).use((client) => client.ping()), { timeout: 10_000 })
  return {
    signal: (signal: NodeJS.Signals) => server.kill(signal),
    async stop() {
      server.kill('SIGCONT')
      server.kill('SIGTERM')
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
      await rm(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('A server that listens has an address.')
  return address.port
}
