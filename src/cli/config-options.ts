import { basename } from 'node:path'
import type { Command } from 'commander'
import { findConfig, type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { type Fault, faultLine, OptionsError } from '../issuer/options/faults.ts'
import { CommandError, usageError } from './command-error.ts'
import { note } from './output.ts'

/** The options that choose a configuration. */
export interface ConfigOptions {
  /** A file; `false` where `--no-config` was given. */
  readonly config?: string | false
}

export function addConfigOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: postern.config.ts, .js, .mjs or .json here)')
    .option('--no-config', 'pass over a configuration that is here')
}

/**
 * The configuration that the options name or the folder holds. Together with it, options that say the same things would be
 * passed over in silence, so they are refused; `allowed` are those that say others.
 */
export async function readConfigOption(
  { config }: ConfigOptions,
  command: Command,
  allowed: readonly string[],
): Promise<LoadedConfig | undefined> {
  if (config === false) return undefined
  const path = config ?? findConfig(process.cwd())
  if (path === undefined) return undefined
  const name = basename(path)
  const other = command.options.find(
    (option) =>
      !allowed.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (other !== undefined)
    throw usageError(`${name} says that already: take ${other.long} out, or add --no-config to pass ${name} over.`)
  return await loadConfig(path, { environment: process.env, onFault: note }).catch((error: unknown) => {
    throw error instanceof OptionsError ? configError(name, error.faults, error) : error
  })
}

/** Runs what finds what does not fit together in a configuration. */
export function asConfigError<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw configError(
      name,
      error instanceof OptionsError ? error.faults : [{ path: '', sentence: error.message }],
      error,
    )
  }
}

/** All of them in one go: whoever mends one would find the next only at the next start. */
function configError(name: string, faults: readonly Fault[], cause: unknown): CommandError {
  const [first = '', ...others] = faults.map(faultLine)
  const text = [`${name} has ${faults.length} faults:`, `  ${first}`, ...others.map((line) => `  ${line}`)].join('\n')
  return new CommandError(others.length === 0 ? `${name}: ${first}` : text, 2, { cause })
}
