// The examples of docs/store.md in other languages, run as they stand there.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NotRun, SDK_FOLDER, SDKS } from './conformance-sdks.mjs'
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

/** Runs the examples of the chosen SDKs; gives the sentences of those that failed, and of those that could not run. */
export function runExamples(chosen, temporary, env) {
  const page = readFileSync(join(ROOT, PAGE), 'utf8')
  const path = [binFolder(temporary), env.PATH].join(delimiter)
  const failed = []
  const notRun = []
  for (const { language, sdk, command } of LANGUAGES) {
    if (!chosen.includes(sdk)) continue
    console.log(`\n== the ${language} example of ${PAGE}`)
    try {
      const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? []
      if (code === undefined) throw new Error(`${PAGE} has no example in ${language}.`)
      const folder = join(temporary, `example-${language}`)
      mkdirSync(folder)
      const [file, words] = command(SDKS.find(({ name }) => name === sdk).install(), folder, code)
      const { status } = spawnSync(file, words, {
        cwd: ROOT,
        env: { ...env, PATH: path },
        stdio: 'inherit',
        timeout: 120_000,
      })
      console.log(status === 0 ? 'It runs.' : 'FAILED')
      if (status !== 0) failed.push(`the ${language} example of ${PAGE}`)
    } catch (error) {
      if (!(error instanceof NotRun)) throw error
      console.log(`NOT RUN: ${error.message}`)
      notRun.push(`the ${language} example of ${PAGE}: ${error.message}`)
    }
  }
  return { failed, notRun }
}

/** A folder whose `postern` is this checkout's, as an installation would put it. */
function binFolder(temporary) {
  const folder = join(temporary, 'bin')
  mkdirSync(folder)
  symlinkSync(join(ROOT, 'dist', 'cli', 'main.js'), join(folder, 'postern'))
  return folder
}
