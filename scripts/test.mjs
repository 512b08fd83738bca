// npm test: sets this checkout up, finds or installs the programs that tests drive, then runs every test.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findChromium, MISSING } from './chromium.mjs'
import { fail, run, setUp } from './setup.mjs'

/** Programs that tests drive and npm does not bring. Nothing is skipped where one is missing. */
const PROGRAMS = [
  { package: 'chromium', found: () => findChromium() !== undefined, missing: MISSING },
  {
    package: 'curl',
    found: () => starts('curl'),
    missing: 'No curl was found. Install it (on Debian: apt-get install curl).',
  },
  {
    package: 'redis-server',
    found: () => starts('redis-server'),
    missing: 'No redis-server was found. Install it (on Debian: apt-get install redis-server).',
  },
]

setUp()
const missing = PROGRAMS.filter(({ found }) => !found())
if (missing.length > 0) installDebian(missing)
// The engines' tests need a Ceph of their own: npm run conformance starts one.
const words = ['run', '--project', '!engines', ...process.argv.slice(2)]
run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), ...words])

/** Debian's own packages, where this user may install them; else the sentences that say what to do. */
function installDebian(programs) {
  const sentences = programs.map((program) => program.missing).join('\n')
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !starts('apt-get')) fail(sentences)
  const names = programs.map((program) => program.package)
  console.log(`Installing ${names.join(' and ')} (apt-get install)…`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], env)
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], env)
  if (programs.some(({ found }) => !found())) fail(sentences)
}

function starts(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}
