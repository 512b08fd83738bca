import type { Command } from 'commander'
import { usageError } from './command-error.ts'
import { dataFolderAt } from './data-folder.ts'

/** Where a command finds the keys. */
export interface KeyFileOptions {
  readonly data: string
  readonly keys?: string
}

export function addKeyFileOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'folder of the store', '.postern')
    .option('--keys <file>', 'file of the keys (default: DIR/keys.json)')
    .hook('preAction', refuseEarlyOptions)
}

/** The file that the options name. */
export function keyFileOf({ data, keys }: KeyFileOptions): string {
  return keys ?? dataFolderAt(data).keys
}

/** `postern store --data x keys list`: what stands before `keys` is the store's own option, and would be passed over. */
function refuseEarlyOptions(_: Command, command: Command): void {
  const store = command.parent?.parent
  const early = ['data', 'keys'].find((name) => store?.getOptionValueSource(name) === 'cli')
  if (early !== undefined) throw usageError(`Write --${early} after "keys ${command.name()}".`)
}
