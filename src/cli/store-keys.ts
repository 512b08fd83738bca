import type { Command } from 'commander'
import { changeKeyFile, readKeyFile } from '../store/keys/key-file.ts'
import { CommandError } from './command-error.ts'
import { describeKey } from './describe-key.ts'
import { addKeyFileOptions, type KeyFileOptions, keyFileOf } from './key-file-options.ts'
import { aligned, note, print } from './output.ts'
import { defineAddKey } from './store-keys-add.ts'

const HELP = `
Keys stand in DIR/keys.json, beside the store's own pair in credentials.json, which
may do everything. A store that runs takes a change up within a second.

Examples:
  postern store keys add alice --upload-only photos/users/7/
  postern store keys add build --policy build.json --temporary --expires-in 1h
  postern store keys revoke alice`

export function defineStoreKeys(command: Command): void {
  command.description('The key pairs that may sign, and what each may do.').addHelpText('after', HELP)
  addKeyFileOptions(command.command('list').summary('show the keys, without their secrets')).action(runList)
  defineAddKey(addKeyFileOptions(command.command('add').summary('make a key pair, and show its secret once')))
  addKeyFileOptions(command.command('revoke').summary('take a key away, and all that was signed with it'))
    .argument('<name>', 'its name')
    .action(runRevoke)
}

async function runList(options: KeyFileOptions): Promise<void> {
  const path = keyFileOf(options)
  const { keys = [] } = (await readKeyFile(path)) ?? {}
  if (keys.length === 0) note(`There are no keys in ${path}.`)
  for (const key of keys) print(key.name, ...aligned(describeKey(key, new Date())))
}

async function runRevoke(name: string, options: KeyFileOptions): Promise<void> {
  const path = keyFileOf(options)
  const missing = new CommandError(`There is no key "${name}" in ${path}.`)
  if ((await readKeyFile(path)) === undefined) throw missing
  await changeKeyFile(path, (keys) => {
    const others = keys.filter((key) => key.name !== name)
    if (others.length === keys.length) throw missing
    return others
  })
  print(`Revoked ${name}: a store that runs refuses it within a second.`)
}
