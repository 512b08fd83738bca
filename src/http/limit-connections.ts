import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { connectionOf, isIdle } from './connection.ts'
import type { HttpLimits } from './limits.ts'
import { plainAddress } from './read-request.ts'
import { turnAway } from './refuse-connection.ts'

type ConnectionLimits = Pick<HttpLimits, 'maxConnections' | 'maxConnectionsPerAddress' | 'reclaimIdleMs'>

/**
 * Keeps the connections of one address, and of all together, within bounds. One too many takes the place of one that
 * waits for a request, so that idle connections keep nobody out; where all are busy it is turned away.
 */
export function limitConnections(
  server: Server,
  { maxConnections, maxConnectionsPerAddress, reclaimIdleMs }: ConnectionLimits,
  onTurnedAway: (address: string) => void,
): void {
  const held = new Set<Socket>()
  const heldByAddress = new Map<string, Set<Socket>>()

  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress)
    const ofAddress = heldByAddress.get(address) ?? new Set()
    const crowd =
      ofAddress.size >= maxConnectionsPerAddress ? ofAddress : held.size >= maxConnections ? held : undefined
    if (crowd !== undefined && !reclaim(crowd, reclaimIdleMs)) {
      turnAway(socket)
      onTurnedAway(address)
      return
    }
    connectionOf(socket) // it is idle from now on
    held.add(socket)
    heldByAddress.set(address, ofAddress.add(socket))
    socket.once('close', () => {
      held.delete(socket)
      ofAddress.delete(socket)
      if (ofAddress.size === 0) heldByAddress.delete(address)
    })
  })
}

/** Ends the oldest connection that is idle, if any is. */
function reclaim(crowd: ReadonlySet<Socket>, reclaimIdleMs: number): boolean {
  for (const socket of crowd) {
    if (!isIdle(socket, reclaimIdleMs)) continue
    socket.destroy()
    return true
  }
  return false
}
