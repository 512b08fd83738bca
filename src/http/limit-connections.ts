import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpLimits } from './limits.ts'
import { plainAddress } from './read-request.ts'
import { turnAway } from './refuse-connection.ts'

/** Turns connections away beyond what one address, or all together, may hold open. */
export function limitConnections(
  server: Server,
  { maxConnections, maxConnectionsPerAddress }: Pick<HttpLimits, 'maxConnections' | 'maxConnectionsPerAddress'>,
): void {
  const byAddress = new Map<string, number>()
  let all = 0

  function release(address: string): void {
    const left = (byAddress.get(address) ?? 0) - 1
    all -= 1
    if (left > 0) byAddress.set(address, left)
    else byAddress.delete(address)
  }

  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress)
    const held = byAddress.get(address) ?? 0
    if (all >= maxConnections || held >= maxConnectionsPerAddress) {
      turnAway(socket)
      return
    }
    all += 1
    byAddress.set(address, held + 1)
    socket.once('close', () => release(address))
  })
}
