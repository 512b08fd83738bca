// The examples of docs/store.md in other languages, run as they stand there.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NotRun, SDK_FOLDER, SDKS, succeeds } from './conformance-sdks.mjs'
import { ROOT } from './setup.mjs'

const PAGE = join('docs', 'store.md')

/** Each language: the SDK whose installation the example uses, and the command that runs it from a folder of its own. */
const LANGUAGES = [
  {
    language: 'python',
    sdk: 'oss2',
    command: ({ file }, folder, code) => {
      writeFileSync(join(folder, 'example.py'), code)
      return [file, ['-B', join(folder, 'example.py')]]
    },
  },
  {
    language: 'go',
    sdk: 'go',
    command: (_, folder, code) => {
      writeFileSync(join(folder, 'main.go'), code)
      for (const name of ['go.mod', 'go.sum']) copyFileSync(join(SDK_FOLDER, 'go', name), join(folder, name))
      return ['go', ['run', '-C', folder, '.']]
    },
  },
]

/** Runs the examples whose SDKs are chosen; tells whether all ran well, or, where not all are required, could not run at all. */
export function runExamples(chosen, temporary, requireAll) {
  const wanted = LANGUAGES.filter(({ sdk }) => chosen.includes(sdk))
  const path = [binFolder(temporary), process.env.PATH].join(delimiter)
  const results = wanted.map(({ language, sdk, command }) => {
    console.log(`\n== the ${language} example of ${PAGE}`)
    const folder = join(temporary, `example-${language}`)
    mkdirSync(folder)
    try {
      const installed = SDKS.find(({ name }) => name === sdk).install()
      const [file, words] = command(installed, folder, codeOf(language))
      const isWell = succeeds(file, words, { env: { ...process.env, PATH: path }, timeout: TIMEOUT_MS })
      console.log(isWell ? 'It runs.' : 'FAILED')
      return isWell
    } catch (error) {
      if (!(error instanceof NotRun)) throw error
      console.log(`NOT RUN: ${error.message}`)
      return !requireAll
    }
  })
  return results.every(Boolean)
}

const TIMEOUT_MS = 120_000

function codeOf(language) {
  const page = readFileSync(join(ROOT, PAGE), 'utf8')
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? []
  if (code === undefined) throw new Error(`${PAGE} has no example in ${language}.`)
  return code
}

/** A folder whose `postern` is this checkout's, as an installation would put it. */
function binFolder(temporary) {
  const folder = join(temporary, 'bin')
  mkdirSync(folder)
  const script = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist', 'cli', 'main.js')}" "$@"\n`
  writeFileSync(join(folder, 'postern'), script, { mode: 0o755 })
  return folder
}
