import type { Command, Option } from 'commander'

/** How every help page is written: what an option may be and is by default, in words rather than in brackets of brackets. */
export function styleHelp(command: Command): Command {
  return command.configureHelp({ optionDescription: describeOption }).helpOption('-h, --help', 'print this help')
}

function describeOption({ description, argChoices, defaultValue, envVar }: Option): string {
  const remarks: string[] = []
  if (argChoices !== undefined) remarks.push(`: ${argChoices.join(', ')}`)
  if (typeof defaultValue === 'string' || typeof defaultValue === 'number') remarks.push(` (default: ${defaultValue})`)
  if (envVar !== undefined) remarks.push(` (or ${envVar})`)
  return description + remarks.join('')
}
