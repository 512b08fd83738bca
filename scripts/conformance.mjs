// npm run conformance: sets this checkout up, drives the store with every official client that this machine can run, and
// prints what each of them did; then runs the issuer under Bun and Deno, and drives an engine that nobody here wrote, Ceph RGW,
// with it. Names (npm, oss2, oss-v2-python, go, java, runtimes, rgw) run only those. With --require-all, or with CI in the
// environment, what could not run is a failure.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs, promisify } from 'node:util'
import { runEngines } from './conformance-engines.mjs'
import { runExamples } from './conformance-examples.mjs'
import { runRuntimes } from './conformance-runtimes.mjs'
import { NotRun, SDK_FOLDER, SDKS, succeeds } from './conformance-sdks.mjs'
import { addMissing, hasFailed, summarize, tally } from './conformance-table.mjs'
import { fail, ROOT, setUp } from './setup.mjs'

/** Each SDK signs both ways, and finds the bucket in the path or in the host name. */
const RUNS = [
  { scheme: 'V1', style: 'path', title: 'V1 path style' },
  { scheme: 'V4', style: 'path', title: 'V4 path style' },
  { scheme: 'V4', style: 'host', title: 'V4 virtual host' },
]
const NAMES = ['npm', ...SDKS.map(({ name }) => name), 'runtimes', 'rgw']
/** Several times what the slowest driver needs; one that hangs is ended. */
const DRIVER_TIMEOUT_MS = 300_000

const { chosen, requireAll } = readArguments()
const folder = mkdtempSync(join(tmpdir(), 'postern-conformance-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const results = join(folder, 'results.jsonl')

setUp()
if (chosen.includes('npm')) runNpmClients()
const sdks = SDKS.filter(({ name }) => chosen.includes(name))
if (sdks.length > 0) await driveSdks(sdks)
const examples = runExamples(chosen, folder, requireAll)
const engines = chosen.includes('rgw') ? runEngines(folder, requireAll) : true
const runtimes = chosen.includes('runtimes') ? await runRuntimes(requireAll) : true
const clients = chosen.every((name) => name === 'rgw' || name === 'runtimes') || summarize(results, requireAll)
process.exitCode = clients && examples && engines && runtimes ? 0 : 1

function readArguments() {
  const requireAll = { type: 'boolean', default: !['', '0', 'false'].includes(process.env.CI ?? '') }
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'require-all': requireAll } })
  const unknown = positionals.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) fail(`There is no client "${unknown}". Give some of: ${NAMES.join(', ')}.`)
  return { chosen: positionals.length === 0 ? NAMES : positionals, requireAll: values['require-all'] }
}

/** ali-oss in Node and in a browser, and curl: tests of this project, which open stores of their own. */
function runNpmClients() {
  console.log('\n== ali-oss and curl')
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const words = [vitest, 'run', '--project', 'conformance', join('test', 'conformance', 'clients')]
  const env = { ...process.env, CONFORMANCE_RESULTS: results }
  if (!succeeds(process.execPath, words, { cwd: ROOT, env }) && !hasFailed(results))
    addMissing(results, 'ali-oss and curl', 'failed', 'see the tests above')
}

async function driveSdks(sdks) {
  const env = environment()
  const store = await startStore(env)
  try {
    for (const sdk of sdks) await drive(sdk, { ...env, CONFORMANCE_ENDPOINT: store.url })
  } finally {
    await store.stop()
  }
}

/** What the store and every driver are told. Secrets and token hold what a careless client would not encode. */
function environment() {
  const local = '127.0.0.1,localhost,.oss.test' // a proxy that this machine is configured for must not see these
  const { OSS_SESSION_TOKEN, ...own } = process.env // would make the key pair below a temporary one
  return {
    ...own,
    NO_PROXY: local,
    no_proxy: local,
    OSS_ACCESS_KEY_ID: 'LTAIconformance',
    OSS_ACCESS_KEY_SECRET: `${randomBytes(12).toString('base64')}/+=`,
    CONFORMANCE_STS_ACCESS_KEY_ID: 'STS.conformance',
    CONFORMANCE_STS_ACCESS_KEY_SECRET: `${randomBytes(12).toString('base64')}/+=`,
    CONFORMANCE_STS_SECURITY_TOKEN: `${randomBytes(60).toString('base64')}/+=`,
    CONFORMANCE_REGION: 'cn-hangzhou', // the store's own default
    CONFORMANCE_NAMES: join(SDK_FOLDER, 'names.txt'),
    CONFORMANCE_RESULTS: results,
  }
}

/** `postern store` as anybody starts it, with a temporary credential in its file of keys. */
async function startStore(env) {
  const keys = join(folder, 'keys.json')
  const temporary = {
    name: 'temporary',
    accessKeyId: env.CONFORMANCE_STS_ACCESS_KEY_ID,
    accessKeySecret: env.CONFORMANCE_STS_ACCESS_KEY_SECRET,
    securityToken: env.CONFORMANCE_STS_SECURITY_TOKEN,
  }
  writeFileSync(keys, JSON.stringify({ keys: [temporary] }), { mode: 0o600 })
  const main = join(ROOT, 'dist', 'cli', 'main.js')
  const words = ['store', '--port', '0', '--data', join(folder, 'data'), '--keys', keys, '--domain', 'oss.test']
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^store listening on (.*)$/.exec(line) ?? []
    if (url === undefined) continue
    console.log(`\n${line}`)
    return { url, stop: () => child.kill('SIGTERM') && ended }
  }
  fail('The store ended before it listened.')
}

/** Installs an SDK, then runs its driver, all ways at once. */
async function drive(sdk, env) {
  console.log(`\n== ${sdk.title}`)
  const clients = RUNS.map((run) => ({ ...run, client: `${sdk.library} ${run.title} (${sdk.language})` }))
  try {
    const command = sdk.install()
    await Promise.all(clients.map((run) => driveClient(command, run, env)))
  } catch (error) {
    if (!(error instanceof NotRun)) throw error
    console.log(`NOT RUN: ${error.message}`)
    for (const { client } of clients) addMissing(results, client, 'not run', error.message)
  }
}

/** Runs a driver, and shows what it said once it has ended. An operation that it did not come to has failed. */
async function driveClient({ file, words }, { client, scheme, style }, env) {
  const start = Date.now()
  const options = {
    cwd: folder,
    env: { ...env, CONFORMANCE_CLIENT: client },
    timeout: DRIVER_TIMEOUT_MS,
    maxBuffer: 2 ** 26,
  }
  const output = await promisify(execFile)(file, [...words, scheme, style], options).catch((error) => error)
  const { stdout = '', stderr = String(output) } = output
  addMissing(results, client, 'failed', 'its driver ended before it, see above')
  const seconds = Math.round((Date.now() - start) / 1000)
  console.log(`${stdout}${stderr}  ${client}: ${tally(results, client)} in ${seconds} s`)
}
