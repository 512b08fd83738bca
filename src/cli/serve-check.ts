import type { Finding, Severity } from '../policy/lint/finding.ts'
import { lintCounts, lintText, reaches } from './lint-report.ts'
import { print } from './output.ts'
import type { Linted, Service } from './service.ts'

/** `--check`: what is served, what a person should know of it, and what lint says. Ends with 1 where that is bad enough. */
export function printCheck({ lint, warnings, open }: Service, routes: readonly string[], failOn: Severity): void {
  const findings = lint.flatMap((linted) => linted.findings)
  print(...routes)
  if (open !== undefined) print('', `Nobody is asked who they are${open}: everybody who can reach it may upload.`)
  if (warnings.length > 0) print('', 'Look at this:', ...warnings.map((warning) => `  ${warning}`))
  for (const [of, linted] of bySubject(lint)) print('', `${of}:`, ...lintText(together(linted)))
  const isBad = reaches(findings, failOn) || (failOn !== 'error' && warnings.length > 0)
  print('', isBad ? 'Not good enough: see above.' : 'Good to serve.')
  if (isBad) process.exitCode = 1
}

/** What lint says, as it is printed at the start: how much there is, and the titles of what is worse than a note. */
export function lintSummary(lint: readonly Linted[]): string[] {
  const lines = [...bySubject(lint)].flatMap(([of, linted]) => summaryOf(of, together(linted)))
  return lines.length === 0 ? [] : ['', 'What lint says; with --check it says more:', ...lines, '']
}

function summaryOf(of: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const worse = findings.filter(({ severity }) => severity !== 'note')
  return [
    `  ${of}: ${lintCounts(findings)}`,
    ...worse.map(({ severity, title, code }) => `    ${severity.padEnd(7)}  ${title} (${code})`),
  ]
}

function bySubject(lint: readonly Linted[]): ReadonlyMap<string, readonly Linted[]> {
  const subjects = new Map<string, Linted[]>()
  for (const linted of lint) subjects.set(linted.of, [...(subjects.get(linted.of) ?? []), linted])
  return subjects
}

/** What is said of several routes is told once, with their names where it is not said of all. */
function together(lint: readonly Linted[]): Finding[] {
  const found = new Map<string, { finding: Finding; routes: string[] }>()
  for (const { route, findings } of lint) {
    for (const { condition: _, ...finding } of findings) {
      const same = JSON.stringify(finding)
      const entry = found.get(same) ?? { finding, routes: [] }
      found.set(same, { finding, routes: [...entry.routes, ...(route === undefined ? [] : [route])] })
    }
  }
  return [...found.values()].map(({ finding, routes }) =>
    routes.length === 0 || routes.length === lint.length
      ? finding
      : { ...finding, title: `${finding.title} (${routes.join(', ')})` },
  )
}
