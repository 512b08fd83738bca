import { type Command, Option } from 'commander'
import type { UploadForm } from '../form/upload-form.ts'
import type { Finding, Severity } from '../policy/lint/finding.ts'
import { lintPolicy, SEVERITIES } from '../policy/lint-policy.ts'
import { asBadInput } from './bad-input.ts'
import { lintText, reaches } from './lint-report.ts'
import { print } from './output.ts'
import { dialectOption, readPolicyInput } from './policy-input.ts'
import { readText } from './read-text.ts'

interface Options {
  readonly dialect?: string
  readonly failOn: Severity
  readonly json?: true
}

const HELP = `
FILE holds a policy as JSON or Base64, the JSON of an upload form, or what an
issuer answers; "-" or nothing reads standard input. Of a form more is seen than
of a policy alone.

Ends with 0 where nothing is found that is as bad as --fail-on says, with 1
where something is, and with 2 where there is nothing to judge.

Examples:
  postern policy lint form.json
  curl -s http://127.0.0.1:8000/get_post_signature_for_oss_upload |
    postern policy lint --fail-on warning`

export function definePolicyLint(command: Command): Command {
  return command
    .description('Says what a policy lets through that its author will regret.')
    .argument('[file]', 'what to read')
    .addOption(new Option('--fail-on <severity>', 'what ends with 1').choices([...SEVERITIES]).default('error'))
    .addOption(dialectOption())
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, { dialect, failOn, json }: Options) => {
      const findings = await asBadInput(async () => lintInput(await readText(file), dialect))
      print(...(json ? JSON.stringify({ findings }, undefined, 2).split('\n') : lintText(findings)))
      if (reaches(findings, failOn)) process.exitCode = 1
    })
}

function lintInput(text: string, dialectName: string | undefined): readonly Finding[] {
  const { policy, form, dialect } = readPolicyInput(text, dialectName)
  return lintPolicy(policy, dialect, { ...(form && formSubject(form)), now: new Date() })
}

/** What a form tells beside its policy. */
export function formSubject({ url, fields }: UploadForm) {
  return { url, fields: new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value])) }
}
