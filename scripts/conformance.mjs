// npm run conformance: sets this checkout up, drives the store with every official client that this machine can run, and
// prints what each of them did. Names (npm, oss2, oss-v2-python, go, java) run only those clients. With --require-all, or with CI
// in the environment, a client that could not run is a failure.
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { NotRun, SDK_FOLDER, SDKS, succeeds } from './conformance-sdks.mjs'
import { addMissing, record, summarize } from './conformance-table.mjs'
import { fail, ROOT, setUp } from './setup.mjs'

/** Each SDK signs both ways, and finds the bucket in the path or in the host name. */
const RUNS = [
  { scheme: 'V1', style: 'path', title: 'V1' },
  { scheme: 'V4', style: 'path', title: 'V4' },
  { scheme: 'V4', style: 'host', title: 'V4, virtual host' },
]
const NAMES = ['npm', ...SDKS.map(({ name }) => name)]
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
process.exitCode = summarize(results, requireAll) ? 0 : 1

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
  if (!succeeds(process.execPath, words, { cwd: ROOT, env }))
    record(results, { client: 'ali-oss and curl', operation: 'all', result: 'failed', why: 'see the tests above' })
}

async function driveSdks(sdks) {
  const env = environment()
  const store = await startStore(env)
  try {
    for (const sdk of sdks) drive(sdk, { ...env, CONFORMANCE_ENDPOINT: store.url })
  } finally {
    await store.stop()
  }
}

/** What the store and every driver are told. Secrets and token hold what a careless client would not encode. */
function environment() {
  const local = '127.0.0.1,localhost,.oss.test' // a proxy that this machine is configured for must not see these
  return {
    ...process.env,
    NO_PROXY: local,
    no_proxy: local,
    OSS_ACCESS_KEY_ID: 'LTAIconformance',
    OSS_ACCESS_KEY_SECRET: `${randomBytes(12).toString('base64')}/+=`,
    CONFORMANCE_STS_ACCESS_KEY_ID: 'STS.conformance',
    CONFORMANCE_STS_ACCESS_KEY_SECRET: `${randomBytes(12).toString('base64')}/+=`,
    CONFORMANCE_STS_SECURITY_TOKEN: `${randomBytes(60).toString('base64')}/+=`,
    CONFORMANCE_REGION: 'cn-hangzhou',
    CONFORMANCE_NAMES: join(SDK_FOLDER, 'names.txt'),
    CONFORMANCE_RESULTS: results,
  }
}

async function startStore(env) {
  const child = fork(join(SDK_FOLDER, 'store.ts'), { execArgv: ['--import', 'tsx'], cwd: ROOT, env })
  const ended = new Promise((resolve) => child.once('exit', () => resolve()))
  const url = await Promise.race([new Promise((resolve) => child.once('message', resolve)), ended])
  if (url === undefined) fail('The store ended before it listened.')
  console.log(`\nstore listening on ${url}`)
  return {
    url,
    async stop() {
      child.disconnect()
      await ended
    },
  }
}

/** Installs an SDK, then runs its driver. An operation that a driver did not come to has failed. */
function drive(sdk, env) {
  console.log(`\n== ${sdk.title}`)
  const clients = RUNS.map((run) => ({ ...run, client: `${sdk.library} ${run.title} (${sdk.language})` }))
  try {
    const { file, words } = sdk.install()
    for (const { client, scheme, style } of clients) {
      const told = { ...env, CONFORMANCE_CLIENT: client }
      succeeds(file, [...words, scheme, style], { cwd: folder, env: told, timeout: DRIVER_TIMEOUT_MS })
      addMissing(results, client, 'failed', 'its driver ended before it, see above')
    }
  } catch (error) {
    if (!(error instanceof NotRun)) throw error
    console.log(`NOT RUN: ${error.message}`)
    for (const { client } of clients) addMissing(results, client, 'not run', error.message)
  }
}
