import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChildServer, startServer } from './child-server.ts'

/** Starts two servers of bench/servers.ts, each with a folder of its own, and ends them when all is measured. */
export async function withServers(
  [ours, floor]: readonly [string, string],
  measure: (ours: ChildServer, floor: ChildServer) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  const servers = await Promise.all([ours, floor].map((kind, at) => startServer(kind, join(folder, String(at)))))
  const [first, second] = servers
  if (first && second) await measure(first, second)
  for (const server of servers) await server.stop()
  await rm(folder, { recursive: true })
}
