// Makes this checkout ready to run: installs what is missing or outdated, builds what is stale. Plain JavaScript over
// Node alone, because it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const INSTALLED = join(ROOT, 'node_modules', '.postern-installed')
const BUILT = join(ROOT, 'dist', '.postern-built')

/** What decides which packages are installed, and what decides the build. */
const INSTALL_INPUTS = ['package.json', 'package-lock.json', '.npmrc']
const BUILD_INPUTS = ['src', 'scripts/build-page.mjs', 'tsconfig.base.json', ...INSTALL_INPUTS]

/** Installs and builds, each only where its inputs changed since it last succeeded. */
export function setUp() {
  requireNode()
  process.chdir(ROOT)
  once(INSTALLED, contentStamp(INSTALL_INPUTS), 'Installing packages (npm ci)…', () => run('npm', ['ci']))
  once(BUILT, timeStamp(BUILD_INPUTS), 'Building…', build)
}

/** Compiles the sources and bundles the page into dist/. */
export function build() {
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  run(process.execPath, [join('scripts', 'build-page.mjs')])
}

/** Runs a command with our own output; ends this process with its exit code where it fails. */
export function run(command, args, env = process.env) {
  const shell = process.platform === 'win32' && command === 'npm' // npm is a script there
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', cwd: ROOT, env, shell })
  if (error) fail(`${command} could not be started: ${error.message}`)
  if (signal || status !== 0) process.exit(status ?? 1)
}

/** Ends this process with one sentence. */
export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Postern needs Node 20.19 or newer; this is ${process.version}. Install a newer Node, then run this again.`)
}

function once(file, stamp, message, work) {
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return
  console.log(message)
  work()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, stamp)
}

/** Changes with the files' content, so that a fresh clone of the same tree need not install again. */
function contentStamp(paths) {
  const hash = createHash('sha256').update(`${process.version.split('.')[0]} ${process.platform} ${process.arch}\n`)
  for (const path of paths) hash.update(readFileSync(path))
  return hash.digest('hex')
}

/** Changes when a file is added, removed or written: cheap enough to ask at every start. */
function timeStamp(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of filesBelow(path).sort()) {
      const { mtimeMs, size } = statSync(file)
      hash.update(`${file} ${mtimeMs} ${size}\n`)
    }
  }
  return hash.digest('hex')
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}
