// The official SDKs in other languages that `npm run conformance` drives the store with: what each needs of this machine, and how
// it is installed from its own registry, into a folder of the user's cache.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ROOT } from './setup.mjs'

/** Where the drivers are. */
export const SDK_FOLDER = join(ROOT, 'test', 'conformance', 'sdk')

/** Why an SDK cannot be driven on this machine. */
export class NotRun extends Error {}

/** `install` gives the command that runs the driver, or throws a NotRun. The scheme and the style are added to its words. */
export const SDKS = [
  pythonSdk('oss2', 'oss2', 'oss2'),
  pythonSdk('oss-v2-python', 'alibabacloud-oss-v2', 'oss_v2'),
  {
    name: 'go',
    library: 'alibabacloud-oss-v2',
    language: 'Go',
    title: 'alibabacloud-oss-v2 for Go',
    install: installGo,
  },
  { name: 'java', library: 'aliyun-sdk-oss', language: 'Java', title: 'aliyun-sdk-oss for Java', install: installJava },
]

/** Runs a command with our own output, and tells whether it ended well. */
export function succeeds(file, words, options = {}) {
  return spawnSync(file, words, { stdio: 'inherit', ...options }).status === 0
}

function pythonSdk(name, library, driver) {
  return {
    name,
    library,
    language: 'Python',
    title: `${library} for Python`,
    install: () => installPython(name, driver),
  }
}

/** A virtual environment for each: the two SDKs bring the same module from different packages. */
function installPython(name, driver) {
  const python = ['python3', 'python'].find((command) => says(command, ['-c', IS_NEW_ENOUGH]) !== undefined)
  if (python === undefined) throw new NotRun('no Python 3.10 or newer on this machine')
  const source = join(SDK_FOLDER, 'python')
  const requirements = join(source, `${driver}_requirements.txt`)
  const folder = installed(name, [requirements], says(python, ['--version']), (folder) => {
    mustSucceed(python, ['-m', 'venv', folder])
    mustSucceed(pythonIn(folder), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements])
  })
  return { file: pythonIn(folder), words: ['-B', join(source, `${driver}_client.py`)] } // -B: nothing is written beside it
}

const IS_NEW_ENOUGH = 'import sys; sys.exit(sys.version_info < (3, 10))'

function pythonIn(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
}

/** Go's own cache holds the SDK; building again takes no time. */
function installGo() {
  if (says('go', ['version']) === undefined) throw new NotRun('no Go on this machine')
  const folder = join(cacheFolder(), 'go')
  const file = join(folder, process.platform === 'win32' ? 'client.exe' : 'client')
  mkdirSync(folder, { recursive: true })
  mustSucceed('go', ['build', '-buildvcs=false', '-o', file, '.'], { cwd: join(SDK_FOLDER, 'go') })
  return { file, words: [] }
}

function installJava() {
  const maven = process.platform === 'win32' ? 'mvn.cmd' : 'mvn'
  const version = says(maven, ['--version']) // which says the version of Java too
  if (version === undefined) throw new NotRun('no Java and Maven on this machine')
  const source = join(SDK_FOLDER, 'java')
  const pom = join(source, 'pom.xml')
  const folder = installed('java', [pom, ...filesIn(join(source, 'src'))], version, (folder) =>
    mustSucceed(maven, [
      '--batch-mode',
      '--quiet',
      '-Dstyle.color=never',
      '--file',
      pom,
      `-Dconformance.folder=${folder}`,
      'compile',
    ]),
  )
  const classPath = [join(folder, 'classes'), join(folder, 'lib', '*')].join(delimiter)
  const quiet = '-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog' // the driver prints what failed
  const short = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] // for a program that has no time to become fast
  return { file: 'java', words: [...short, quiet, '-cp', classPath, 'Client'] }
}

/** A folder of its own in the cache; filled again where the files that say what belongs there, or the tool, have changed. */
export function installed(name, files, tool, fill) {
  const folder = join(cacheFolder(), name)
  const done = join(folder, 'installed')
  const hash = createHash('sha256').update(tool)
  for (const file of files) hash.update(readFileSync(file))
  const stamp = hash.digest('hex')
  if (existsSync(done) && readFileSync(done, 'utf8') === stamp) return folder
  console.log('Installing from its registry…')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  fill(folder)
  writeFileSync(done, stamp)
  return folder
}

function filesIn(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
}

/** `$XDG_CACHE_HOME`, or where this system keeps such things. */
function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || systemCache(), 'postern-conformance')
}

function systemCache() {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  if (process.platform === 'win32' && process.env.LOCALAPPDATA) return process.env.LOCALAPPDATA
  return join(homedir(), '.cache')
}

/** What a command says where it ends well; `undefined` where there is none, or none that works. */
function says(command, words) {
  const { status, stdout } = spawnSync(command, words, { encoding: 'utf8', shell: isScript(command) })
  return status === 0 ? stdout : undefined
}

/** Runs a command that an installation is made of, or throws a NotRun. */
export function mustSucceed(command, words, options) {
  if (!succeeds(command, words, { ...options, shell: isScript(command) }))
    throw new NotRun('its installation failed, see above')
}

/** Node starts Windows' scripts in a shell only. */
function isScript(command) {
  return command.endsWith('.cmd')
}
