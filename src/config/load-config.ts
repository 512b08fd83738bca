import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { OptionsError } from '../issuer/options/faults.ts'
import { parseConfig, type ReadConfig } from './parse-config.ts'
import type { Sources } from './secret.ts'
import { type WrittenSecret, writtenSecrets } from './written-secrets.ts'

/** What `postern serve` looks for in the folder it is started in, in this order. */
export const CONFIG_NAMES = ['postern.config.ts', 'postern.config.js', 'postern.config.mjs', 'postern.config.json']

export interface LoadedConfig extends ReadConfig {
  readonly path: string
  readonly writtenSecrets: readonly WrittenSecret[]
}

/** The configuration of a folder, or `undefined` where it has none. */
export function findConfig(folder: string): string | undefined {
  return CONFIG_NAMES.map((name) => resolve(folder, name)).find((path) => existsSync(path))
}

/**
 * Reads a configuration: JSON, or a module whose default export it is. Throws an `OptionsError` with all that is wrong with
 * it; what goes wrong in a module of the user's is thrown as it is.
 */
export async function loadConfig(file: string, sources: Omit<Sources, 'folder'>): Promise<LoadedConfig> {
  const path = resolve(file)
  const text = await readFile(path, 'utf8')
  const value = extname(path) === '.json' ? parseJson(text) : await importDefault(path)
  const config = parseConfig(value, { ...sources, folder: dirname(path) })
  return { ...config, path, writtenSecrets: writtenSecrets(text) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new OptionsError([
      { path: '', sentence: `This is no JSON: ${withLine(withoutText(reasonOf(error)), text)}.` },
    ])
  }
}

/** Node quotes what stands around the place, `, ..."nSecret": abc"... is not valid JSON`, and that may be a secret. */
function withoutText(reason: string): string {
  return reason.replace(/, (?:\.\.\.)?".*$/s, '')
}

/** Node says how many characters it read, and from 22 on the line too; people look for a line. */
function withLine(reason: string, text: string): string {
  return reason.replace(
    / at position (\d+)(?: \(line \d+ column \d+\))?$/,
    (_, position) => `, line ${text.slice(0, Number(position)).split('\n').length}`,
  )
}

/**
 * Runs a module of the user's and gives its default export. jiti reads TypeScript on every Node that we run on. What it imports
 * of ours is this very package, wherever the file stands; nothing of it is kept on disk, because a secret may be in it.
 */
async function importDefault(path: string): Promise<unknown> {
  const [{ createJiti }, issuer, everything] = await Promise.all([
    import('jiti'),
    import('../issuer.ts'),
    import('../index.ts'),
  ])
  const virtualModules = { 'postern/issuer': issuer, postern: everything }
  const jiti = createJiti(path, { fsCache: false, interopDefault: false, virtualModules })
  const module = await jiti.import<unknown>(path).catch((cause: unknown) => {
    throw new OptionsError([{ path: '', sentence: `This could not be run: ${reasonOf(cause)}.` }])
  })
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default
  throw new OptionsError([
    { path: '', sentence: 'There is no default export. Write: export default defineConfig({ … })' },
  ])
}

/** Without the stack and the lines of source that some errors carry. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n')[0] ?? '').replace(/[.:]$/, '')
}
