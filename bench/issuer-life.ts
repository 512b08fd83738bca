import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { alternate, report } from './alternate.ts'
import { startServer } from './child-server.ts'
import { requestsPerSecond } from './connection.ts'
import { headerFor } from './issuers.ts'
import { CREDENTIAL } from './settings.ts'

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const BARE = `const server = require('node:http').createServer((_, response) => response.end('ok'))
server.listen(0, '127.0.0.1', () => console.log('issuer listening on http://127.0.0.1:' + server.address().port))`

/** Milliseconds from the start of a process to its first answer. */
export async function benchColdStart(): Promise<void> {
  const serve = ['serve', '--insecure-public', '--bucket', 'bench-bucket', '--region', 'cn-hangzhou', '--port', '0']
  const measured = await alternate(9, [
    { name: 'postern serve', round: () => firstAnswer([MAIN, ...serve]) },
    { name: 'floor: node with a bare node:http server', round: () => firstAnswer(['-e', BARE]) },
  ])
  report('From start to first answer', 'ms, lower is better', measured, 'under 4 times its floor')
}

/** Bytes resident after a hundred thousand requests, and after a million. */
export async function benchIssuerMemory(): Promise<void> {
  const server = await startServer('issuer', 'limited')
  const request = Buffer.from(
    `GET /get_post_signature_for_oss_upload HTTP/1.1\r\nHost: 127.0.0.1\r\n${await headerFor('function')}\r\n`,
  )
  const figures: string[] = []
  let sent = 0
  const next = (): Uint8Array => {
    sent += 1
    return request
  }
  for (const until of [100_000, 400_000, 700_000, 1_000_000]) {
    while (sent < until) await requestsPerSecond(server.port, 32, 2, next, [200])
    figures.push(`${(server.memory().now / 1024 ** 2).toFixed(0)} MiB after ${sent}`)
  }
  console.log(`\nMemory of the issuer, limits counted (aim: no growth)\n  ${figures.join(', ')}`)
  await server.stop()
}

async function firstAnswer(words: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
    OSS_ACCESS_KEY_ID: CREDENTIAL.accessKeyId,
    OSS_ACCESS_KEY_SECRET: CREDENTIAL.accessKeySecret,
  }
  const start = performance.now()
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^issuer listening on (.*)$/.exec(line) ?? []
    if (url === undefined) continue
    await (await fetch(`${url}/healthz`)).text()
    break
  }
  const took = performance.now() - start
  child.kill('SIGTERM')
  await exited
  return took
}
