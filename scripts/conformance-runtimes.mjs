// The issuer under the runtimes that are not Node: Bun and Deno, as npm brings them. Each serves it, gives out a form, refuses a
// stranger, and the embedded store takes the file.
import { spawn } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installed, mustSucceed, NotRun } from './conformance-sdks.mjs'
import { ROOT } from './setup.mjs'

const FOLDER = join(ROOT, 'test', 'conformance', 'runtimes')
const PINS = join(FOLDER, 'package.json')
const SERVER = join(FOLDER, 'serve-issuer.mjs')
const RUNTIMES = [
  { name: 'Bun', command: ['bun', 'run', SERVER] },
  { name: 'Deno', command: ['deno', 'run', '--allow-all', '--quiet', SERVER] },
]
const READY_MS = 60_000

/** Tells whether all is well. */
export async function runRuntimes(requireAll) {
  console.log('\n== Bun and Deno')
  try {
    const folder = installed('runtimes', [PINS], `${process.platform} ${process.arch}`, (folder) => installInto(folder))
    const { openStore } = await import('../dist/store.js')
    const credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
    const store = await openStore({ buckets: ['photos'], credentials: [credential] })
    try {
      const { url } = await store.listen()
      let well = true
      for (const runtime of RUNTIMES) well = (await runOne(runtime, folder, url)) && well
      return well
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof NotRun)) throw error
    console.log(`NOT RUN: ${error.message}`)
    return !requireAll
  }
}

function installInto(folder) {
  copyFileSync(PINS, join(folder, 'package.json'))
  mustSucceed(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', '--silent', '--prefix', folder])
}

async function runOne({ name, command: [program, ...words] }, folder, endpoint) {
  const file = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? `${program}.cmd` : program)
  const env = { ...process.env, ENDPOINT: endpoint }
  const child = spawn(file, words, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    await upload(`http://127.0.0.1:${await readyPort(child)}`)
    console.log(`  ${name}: gives forms to whom it knows, refuses strangers, and the store takes the file`)
    return true
  } catch (error) {
    console.log(`  ${name}: FAILED: ${error.message}`)
    return false
  } finally {
    child.kill()
    await ended
  }
}

async function readyPort(child) {
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, port] = /^ready (\d+)$/.exec(line) ?? []
      if (port !== undefined) return port
    }
  } finally {
    clearTimeout(timer)
  }
  throw new Error('it ended before it listened')
}

async function upload(issuer) {
  const file = { filename: 'a.png', size: 9, type: 'image/png' }
  const ask = (cookie) =>
    fetch(`${issuer}/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(file),
    })
  const stranger = await ask('session=2')
  if (stranger.status !== 403) throw new Error(`a stranger was answered ${stranger.status}`)
  const { url, fields } = await (await ask('session=1')).json()
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('file', new File(['a picture'], file.filename, { type: file.type }))
  const kept = await fetch(url, { method: 'POST', body })
  if (kept.status !== 200) throw new Error(`the store answered ${kept.status}: ${await kept.text()}`)
}
