import type { Policy } from './condition.ts'
import { type Dialect, OSS } from './dialect.ts'
import { contradictionFindings, repetitionFindings } from './lint/contradictions.ts'
import { lifeFindings, sizeFindings } from './lint/extent.ts'
import type { Finding, Severity } from './lint/finding.ts'
import { absentFindings, addressFindings, schemeFindings, uncoveredFindings } from './lint/form.ts'
import type { Check, LintSubject } from './lint/look.ts'
import { freeFieldFindings, openFieldFindings } from './lint/open-fields.ts'
import { bucketFindings, keyFindings, overwriteFindings } from './lint/place.ts'
import { typeFindings } from './lint/types.ts'

/** In the order in which findings of one severity are told. */
const CHECKS: readonly Check[] = [
  bucketFindings,
  keyFindings,
  overwriteFindings,
  sizeFindings,
  lifeFindings,
  typeFindings,
  contradictionFindings,
  absentFindings,
  uncoveredFindings,
  addressFindings,
  schemeFindings,
  freeFieldFindings,
  openFieldFindings,
  repetitionFindings,
]

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/**
 * What a policy lets through that its author will regret, the worst first: what follows from each, and what to do. With the
 * form's fields and address more is seen.
 *
 * @example
 * for (const { severity, title, fix } of lintPolicy(policy)) console.log(`${severity}: ${title}. ${fix}`)
 * // error: No bucket is named. Add {"bucket": "NAME"}.
 * @see docs/guide/lint.md, docs/spec/direct-upload-server.md section 3
 */
export function lintPolicy(policy: Policy, dialect: Dialect = OSS, subject: LintSubject = {}): Finding[] {
  const look = { ...subject, policy, dialect }
  const found = CHECKS.flatMap((check) => check(look))
  return SEVERITIES.flatMap((severity) => found.filter((finding) => finding.severity === severity))
}
