import type { Finding, Severity } from '../policy/lint/finding.ts'
import { SEVERITIES } from '../policy/lint-policy.ts'

/** Findings for people: the worst first, each with what follows and what to do. */
export function lintText(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['Nothing to say.']
  return [`${lintCounts(findings)}.`, ...SEVERITIES.flatMap((severity) => groupText(severity, findings))]
}

/** `2 errors, 1 warning, 3 notes`: what there is of each. */
export function lintCounts(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map((severity) => ({ severity, count: withSeverity(findings, severity).length }))
  return counts
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ')
}

/** Whether one of the findings is as bad as this, or worse. */
export function reaches(findings: readonly Finding[], severity: Severity): boolean {
  const bad = SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1)
  return findings.some((finding) => bad.includes(finding.severity))
}

function groupText(severity: Severity, all: readonly Finding[]): string[] {
  const findings = withSeverity(all, severity)
  return findings.length === 0 ? [] : ['', HEADINGS[severity], ...findings.flatMap(findingText)]
}

function findingText({ code, title, consequence, fix, condition }: Finding): string[] {
  return [
    `  ${title}. ${consequence} (${code})`,
    ...(condition === undefined ? [] : [`    ${condition}`]),
    `    Fix: ${fix}`,
  ]
}

function withSeverity(findings: readonly Finding[], severity: Severity): readonly Finding[] {
  return findings.filter((finding) => finding.severity === severity)
}

const HEADINGS: Readonly<Record<Severity, string>> = { error: 'Errors:', warning: 'Warnings:', note: 'Notes:' }
