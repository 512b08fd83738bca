import type { Command } from 'commander'
import { definePolicyDebug } from './policy-debug.ts'
import { definePolicyExplain } from './policy-explain.ts'
import { definePolicyLint } from './policy-lint.ts'
import { definePolicyTry } from './policy-try.ts'

const HELP = `
Examples:
  postern policy explain form.json
  postern policy lint form.json
  postern policy try --form form.json --file cat.png
  postern policy debug refused.txt`

export function definePolicy(command: Command): void {
  command.description('The policy language by hand.').addHelpText('after', HELP)
  definePolicyExplain(command.command('explain').summary('say in sentences what a policy permits'))
  definePolicyLint(command.command('lint').summary('say what a policy lets through that it should not'))
  definePolicyTry(command.command('try').summary('say which conditions a form or file breaks, and why'))
  definePolicyDebug(command.command('debug').summary('say why a signature was refused'))
}
