import { CommanderError } from 'commander'
import { PosternError } from '../base/known-errors.ts'
import { KeysError } from '../store/keys/keys-error.ts'
import { CommandError } from './command-error.ts'

/** What a person reads when a command fails, and the code it ends with: 2 for a wrong command line, else 1. */
export function errorSentence(error: unknown): { readonly sentence: string; readonly exitCode: number } {
  if (error instanceof CommandError) return { sentence: error.message, exitCode: error.exitCode }
  if (error instanceof KeysError) return { sentence: error.message, exitCode: 1 }
  if (error instanceof CommanderError) return { sentence: usageSentence(error), exitCode: 2 }
  if (error instanceof PosternError) return { sentence: error.detail || error.message, exitCode: 1 }
  const system = systemSentence(error)
  if (system !== undefined) return { sentence: system, exitCode: 1 }
  const report = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { sentence: `This is a fault of postern itself; please report it with what follows.\n${report}`, exitCode: 1 }
}

/**
 * `error: unknown option '--prot=9'\n(Did you mean --port?)` as a sentence. What stands after an unknown option's `=` is
 * left out: it may be a secret under a misspelt name.
 */
function usageSentence({ code, message }: CommanderError): string {
  if (code === 'commander.help') return '' // the help itself was printed
  const [first = '', hint] = message.replace(/^error: /, '').split('\n')
  const what = code === 'commander.unknownOption' ? first.replace(/=.*'$/, "'") : first
  const end = /[.?!]$/.test(what) ? '' : '.'
  return `${capital(what)}${end}${hint === undefined ? ' See --help.' : ` ${hint.replace(/^\(|\)$/g, '')}`}`
}

/** Errors of the system that a person can act on. */
function systemSentence(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code } = error
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined
  const trouble = TROUBLES.get(code)
  if (trouble === undefined || path === undefined) return undefined
  return trouble(path)
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

const FORBIDDEN = (path: string) =>
  `You have no permission for ${path}. Choose another path, or change its permissions.`

const TROUBLES: ReadonlyMap<string, (path: string) => string> = new Map([
  ['ENOENT', (path) => `There is no file or folder ${path}.`],
  ['EACCES', FORBIDDEN],
  ['EPERM', FORBIDDEN],
  ['EROFS', (path) => `The disk that holds ${path} is read-only. Choose another path.`],
  ['EISDIR', (path) => `${path} is a folder, and a file is needed.`],
  ['ENOTDIR', (path) => `A part of ${path} is a file, and a folder is needed.`],
  ['EEXIST', (path) => `${path} is a file, and a folder is needed.`],
  ['ENOSPC', (path) => `The disk that holds ${path} is full. Make room, or choose another path.`],
])
