import { isActiveType } from '../active-type.ts'
import type { FieldCondition } from '../condition.ts'
import { quoted } from '../phrase.ts'
import { type Finding, finding } from './finding.ts'
import { conditionsOn, type Look } from './look.ts'

/** Which types of file may come. Without a condition S3 lets no type be named at all, so nothing is open there. */
export function typeFindings(look: Look): readonly Finding[] {
  const conditions = conditionsOn(look, 'content-type')
  if (conditions.length === 0) return look.dialect.mustCover('content-type') ? [] : [finding('type-open')]
  if (conditions.every(isOpen)) return [finding('type-open', conditions[0])]
  return conditions.flatMap(findingsOf)
}

/** What must not be says nothing of all the rest. */
function isOpen(condition: FieldCondition): boolean {
  return condition.op === 'not-in' || (condition.op === 'starts-with' && condition.prefix === '')
}

function findingsOf(condition: FieldCondition): readonly Finding[] {
  switch (condition.op) {
    case 'eq':
      return listFindings(condition, [condition.value])
    case 'in':
      return listFindings(condition, condition.values)
    case 'starts-with':
      return prefixFindings(condition, condition.prefix)
    case 'not-in':
      return []
  }
}

function listFindings(condition: FieldCondition, types: readonly string[]): readonly Finding[] {
  const active = types.filter((type) => isActiveType(essenceOf(type)))
  const wild = types.filter((type) => type.includes('*'))
  return [
    ...(active.length === 0 ? [] : [finding('type-active', condition, { title: `Browsers run ${listed(active)}` })]),
    ...(wild.length === 0 ? [] : [finding('type-wildcard', condition)]),
    ...types.flatMap((type) => misspelt(condition, type, types)),
  ]
}

function misspelt(condition: FieldCondition, type: string, all: readonly string[]): readonly Finding[] {
  const meant = MEANT.get(type.toLowerCase()) ?? type.toLowerCase()
  if (meant === type || type.includes('*')) return []
  return [
    finding('type-misspelt', condition, {
      ...(all.includes(meant) ? { severity: 'note' } : {}),
      title: `No browser says ${quoted(type)}`,
      consequence: all.includes(meant)
        ? `It allows nothing: such files come as ${quoted(meant)}, which is in the list too.`
        : `Such files come as ${quoted(meant)}, and are refused: values are compared exactly.`,
      fix: `Write ${quoted(meant)}.`,
    }),
  ]
}

function prefixFindings(condition: FieldCondition, prefix: string): readonly Finding[] {
  const among = WITH_ACTIVE.filter((type) => type.startsWith(prefix))
  if (among.length === 0) return []
  const title = `The prefix lets ${listed(among)} pass, which browsers run`
  return [finding('type-active', condition, { title, fix: 'Name each type with ["in", "$content-type", […]].' })]
}

function listed(types: readonly string[]): string {
  const shown = types.slice(0, MAX_LISTED).map(quoted).join(', ')
  return types.length > MAX_LISTED ? `${shown} and ${types.length - MAX_LISTED} more` : shown
}

function essenceOf(type: string): string {
  const [essence = ''] = type.split(';', 1)
  return essence.trim().toLowerCase()
}

const MAX_LISTED = 3
/** What browsers say instead. */
const MEANT = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/tif', 'image/tiff'],
  ['image/svg', 'image/svg+xml'],
  ['audio/mp3', 'audio/mpeg'],
  ['video/mov', 'video/quicktime'],
])
/** The active types that pass a prefix which looks harmless. */
const WITH_ACTIVE = ['image/svg+xml', 'text/html', 'text/javascript', 'text/xml', 'application/xhtml+xml'] as const
