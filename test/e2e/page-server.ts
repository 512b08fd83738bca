import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { fileURLToPath } from 'node:url'

const TLS = fileURLToPath(new URL('../fixtures/tls/', import.meta.url))
const HTML = '<!doctype html><title>An application</title><input type=file multiple><script src="/page.js"></script>'

export interface PageServer {
  /** Its origin. */
  readonly url: string
  readonly close: () => Promise<void>
}

interface PageOptions {
  readonly policy: string | undefined
  readonly isSecure: boolean
}

/** Serves a bare page with one script. */
export async function openPage(script: string, { policy, isSecure }: PageOptions): Promise<PageServer> {
  const answer: RequestListener = ({ url }, outgoing) => {
    if (url === '/page.js') outgoing.setHeader('content-type', 'text/javascript').end(script)
    else if (url !== '/') outgoing.writeHead(204).end()
    else {
      if (policy !== undefined) outgoing.setHeader('content-security-policy', policy)
      outgoing.setHeader('content-type', 'text/html; charset=utf-8').end(HTML)
    }
  }
  const server = isSecure
    ? createSecureServer(
        { key: await readFile(`${TLS}localhost.key`), cert: await readFile(`${TLS}localhost.crt`) },
        answer,
      )
    : createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('A server on a port has an address.')
  return {
    url: `${isSecure ? 'https://localhost' : 'http://127.0.0.1'}:${address.port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
