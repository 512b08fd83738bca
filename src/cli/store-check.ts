import type { Command } from 'commander'
import { type CheckReport, checkStore, type Damage } from '../store/check/check-store.ts'
import { dataFolderAt } from './data-folder.ts'
import { inSentences } from './open-folder-store.ts'
import { note, print } from './output.ts'

interface Options {
  readonly data: string
  readonly repair?: boolean
  readonly json?: boolean
}

const HELP = `
Reads every byte the store keeps. Stop the store first: a folder has one user at a time.
Exits with 1 where something is wrong and was not repaired. A damaged object is left as it
is: restore it, upload it again, or delete it.

Example:
  postern store check --data .postern --repair`

export function defineStoreCheck(command: Command): Command {
  return command
    .description('Verifies every object against its record, and finds files that no record names.')
    .option('--data <dir>', 'folder that keeps the objects', '.postern')
    .option('--repair', 'move files that no record names to DIR/store/orphans; nothing is deleted')
    .option('--json', 'print the report as one line of JSON')
    .addHelpText('after', HELP)
    .action(runCheck)
}

async function runCheck({ data, repair = false, json = false }: Options): Promise<void> {
  const onProgress = (read: number): void => note(`${read} objects and parts read…`)
  const report = await inSentences(() => checkStore(dataFolderAt(data).store, { repair, onProgress }))
  print(...(json ? [JSON.stringify(report)] : sentences(report, repair)))
  if (isBad(report, repair)) process.exitCode = 1
}

function isBad({ damages, orphans, miscounted }: CheckReport, repaired: boolean): boolean {
  return damages.length > 0 || (!repaired && orphans.length + miscounted.length > 0)
}

function sentences(report: CheckReport, repaired: boolean): string[] {
  const { objects, parts, bytes, damages, orphans, miscounted } = report
  const wrong = damages.length + orphans.length + miscounted.length
  return [
    `Read ${objects} objects and ${parts} parts of uploads, ${bytes} bytes.`,
    ...damages.map(damageSentence),
    ...orphans.map(
      ({ path, movedTo }) => `No record names ${path}${movedTo === undefined ? '' : `: moved to ${movedTo}`}.`,
    ),
    ...miscounted.map(
      (name) => `The books miscounted the records that name the blob ${name}${repaired ? ': corrected' : ''}.`,
    ),
    wrong === 0
      ? 'Everything is as its record says.'
      : summary(damages.length, orphans.length + miscounted.length, repaired),
  ]
}

function damageSentence({ bucket, key, part, fault }: Damage): string {
  return `${part === undefined ? '' : `Part ${part} of an upload of `}"${key}" in ${bucket}: ${fault}`
}

function summary(damaged: number, mendable: number, repaired: boolean): string {
  const leftovers = mendable === 1 ? '1 leftover' : `${mendable} leftovers`
  return `${damaged} damaged, ${leftovers} ${repaired ? 'put in order' : 'that --repair puts in order'}.`
}
