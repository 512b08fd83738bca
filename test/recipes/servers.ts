import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { listen } from '../../src/http/listen.ts'
import { nodeListener } from '../../src/http/node-listener.ts'
import type { Handler } from '../../src/issuer/handler.ts'

/** An application that serves an issuer among its own addresses. */
export interface Application {
  readonly origin: string
  readonly close: () => Promise<void>
}

/** How an application takes an issuer: as docs/guide/inside-an-application.md tells it. */
export interface Recipe {
  readonly name: string
  /** Where the issuer's addresses are, below the application's own. */
  readonly path: '' | '/api'
  /** What the issuer sees of that; absent: all of it. */
  readonly basePath?: ''
  readonly open: (issuer: Handler) => Promise<Application>
}

export const RECIPES: readonly Recipe[] = [
  { name: 'node:http', path: '', open: async (issuer) => await listening(createServer(nodeListener(issuer))) },
  {
    name: 'Express 5',
    path: '/api',
    basePath: '',
    async open(issuer) {
      const app = express()
      app.use('/api', nodeListener(issuer)) // Express takes the path away; before express.json(), which would eat the body
      app.use(express.json())
      app.get('/', (_request, response) => void response.send('the application'))
      return await listening(createServer(app))
    },
  },
  {
    name: 'Fastify 5',
    path: '/api',
    async open(issuer) {
      const app = fastify()
      app.get('/', async () => 'the application')
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null)) // the issuer reads the body itself
        scope.all('/api/*', async (request, reply) => {
          reply.hijack()
          await nodeListener(issuer)(request.raw, reply.raw)
        })
      })
      return { origin: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
    },
  },
  {
    name: 'Hono',
    path: '/api',
    async open(issuer) {
      const app = new Hono()
      app.get('/', (context) => context.text('the application'))
      app.all('/api/*', (context) => issuer(context.req.raw))
      const server = await listen(async (request) => await app.fetch(request), { port: 0 })
      return { origin: server.url, close: () => server.close() }
    },
  },
  {
    name: "Next.js's route handlers",
    path: '/api',
    async open(issuer) {
      const route = { GET: issuer, POST: issuer, PUT: issuer, DELETE: issuer, OPTIONS: issuer } // app/api/[...path]/route.ts
      const server = await listen(async (request) => await handlerOf(route, request)(request), { port: 0 })
      return { origin: server.url, close: () => server.close() }
    },
  },
]

/** What Next does with a route's exports: the one that is named like the method; HEAD is GET's. */
function handlerOf(route: Readonly<Record<string, Handler>>, { method }: Request): Handler {
  const handler = route[method === 'HEAD' ? 'GET' : method]
  return handler ?? (async () => new Response(null, { status: 405 }))
}

async function listening(server: Server): Promise<Application> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // of a server that listens on a port
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  }
}
