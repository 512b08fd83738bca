import type { ChildServer } from './child-server.ts'
import { awake, requestsPerSecond } from './connection.ts'

const CONNECTIONS = 32
const SECONDS = 2

/**
 * The requests that a server answers with a second of its own CPU. What else the machine does, this load included, changes that far
 * less than it changes requests a second.
 */
export async function requestsPerCpuSecond(server: ChildServer, request: Uint8Array): Promise<number> {
  const before = server.cpuSeconds()
  const rate = await awake(() => requestsPerSecond(server.port, CONNECTIONS, SECONDS, () => request, [200]))
  return (rate * SECONDS) / (server.cpuSeconds() - before)
}
