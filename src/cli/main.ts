#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { errorSentence } from './error-sentence.ts'
import { styleHelp } from './help-style.ts'
import { note } from './output.ts'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<(command: Command) => unknown>
}

/** The table of commands. A command's module is read when it is called, so that help and `dev` start fast. */
const COMMANDS: ReadonlyMap<string, Entry> = new Map([
  [
    'dev',
    {
      summary: 'run issuer, page and embedded store together on this machine',
      load: async () => (await import('./dev.ts')).defineDev,
    },
  ],
  [
    'serve',
    {
      summary: 'run the issuer alone, for a bucket elsewhere',
      load: async () => (await import('./serve.ts')).defineServe,
    },
  ],
  ['store', { summary: 'run the embedded store alone', load: async () => (await import('./store.ts')).defineStore }],
  [
    'form',
    {
      summary: 'print an upload form, or the curl command that uses it',
      load: async () => (await import('./form.ts')).defineForm,
    },
  ],
  ['put', { summary: 'upload files through an issuer', load: async () => (await import('./put.ts')).definePut }],
  [
    'policy',
    { summary: 'read a policy, or try it on a form', load: async () => (await import('./policy.ts')).definePolicy },
  ],
])

const EXAMPLES = `
Examples:
  postern dev                        everything on this machine, to try it out
  postern serve --help               the options of one command
  postern policy explain form.json   what a form permits, in sentences`

process.stdout.on('error', leaveQuietly)
const exitCode = await run(process.argv.slice(2))
if (exitCode !== 0) process.exitCode = exitCode // else what a command that ended well has set

async function run(words: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(words)
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0 // help or version, already printed
    const { sentence, exitCode } = errorSentence(error)
    if (sentence !== '') note(sentence)
    return exitCode
  }
}

async function createProgram(words: readonly string[]): Promise<Command> {
  const program = styleHelp(new Command('postern'))
    .description('Uploads from browsers straight into object storage, under policies that your server signs.')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of one command')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions() // an option belongs to the command it follows
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // one place writes errors: run
  for (const [name, { summary, load }] of COMMANDS) {
    const command = program.command(name).summary(summary)
    if (words.includes(name)) (await load())(command)
  }
  return program
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** `postern … | head` closes the pipe early; that is no error of ours. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}
