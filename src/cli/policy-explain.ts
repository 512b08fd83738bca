import type { Command } from 'commander'
import { explainPolicy } from '../policy/explain-policy.ts'
import { print } from './output.ts'
import { dialectOption, readPolicyInput } from './policy-input.ts'
import { readText } from './read-text.ts'

interface Options {
  readonly dialect?: string
}

const HELP = `
FILE holds a policy as JSON or Base64, the JSON of an upload form, or what an
issuer answers; "-" or nothing reads standard input.

Examples:
  postern policy explain policy.json
  curl -s http://127.0.0.1:8000/get_post_signature_for_oss_upload |
    postern policy explain`

export function definePolicyExplain(command: Command): Command {
  return command
    .description('Says in sentences what a policy permits, and until when.')
    .argument('[file]', 'what to read')
    .addOption(dialectOption())
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, { dialect }: Options) => {
      const input = readPolicyInput(await readText(file), dialect)
      print(...explainPolicy(input.policy, input.dialect, new Date()))
    })
}
