import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ServerLoad } from './server.ts'

export interface Connections {
  load(): ServerLoad
  /** Ends each connection when it has no answer under way: now; or later, then `busy` is told of it. */
  endWhenIdle(busy: (socket: Socket) => void): void
  endAll(): void
}

/** Knows which connections a server has, and which of them have an answer under way. */
export function trackConnections(server: Server): Connections {
  const answers = new Map<Socket, Set<ServerResponse>>()
  let ending = false

  server.on('connection', (socket: Socket) => {
    answers.set(socket, new Set())
    socket.once('close', () => answers.delete(socket))
  })

  function track({ socket }: IncomingMessage, outgoing: ServerResponse): void {
    const underWay = answers.get(socket)
    underWay?.add(outgoing)
    if (ending) outgoing.shouldKeepAlive = false
    outgoing.once('close', () => {
      underWay?.delete(outgoing)
      if (ending && underWay?.size === 0) socket.destroySoon()
    })
  }
  server.on('request', track)
  server.on('checkContinue', track)

  return {
    load() {
      let requests = 0
      for (const underWay of answers.values()) requests += underWay.size
      return { connections: answers.size, requests }
    },
    endWhenIdle(busy) {
      ending = true
      for (const [socket, underWay] of answers) {
        if (underWay.size === 0) socket.destroy()
        else busy(socket)
        for (const outgoing of underWay) outgoing.shouldKeepAlive = false // says so, where the headers are still to come
      }
    },
    endAll() {
      for (const socket of answers.keys()) socket.destroy()
    },
  }
}
