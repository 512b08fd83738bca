// npm test: sets this checkout up, finds or installs a browser, then runs every test.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findChromium, MISSING } from './chromium.mjs'
import { fail, run, setUp } from './setup.mjs'

setUp()
if (findChromium() === undefined) installChromium()
run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)])

/** Debian's own package, where this user may install one; else a sentence that says what to do. */
function installChromium() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !has('apt-get')) fail(MISSING)
  console.log('Installing Chromium (apt-get install chromium)…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], env)
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], env)
  if (findChromium() === undefined) fail(MISSING)
}

function has(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined
}
