import type { FieldCondition } from '../condition.ts'
import { type Finding, finding } from './finding.ts'
import { conditionsOn, isFresh, type Look, listedValues } from './look.ts'

/** The bucket counts as named only where all that may stand there is listed. */
export function bucketFindings(look: Look): readonly Finding[] {
  const conditions = conditionsOn(look, 'bucket')
  if (listedValues(conditions) !== undefined) return []
  return [
    finding(
      'bucket-open',
      conditions[0],
      conditions[0] && { title: 'The bucket is not pinned', fix: 'Write it whole: {"bucket": "NAME"}.' },
    ),
  ]
}

export function keyFindings(look: Look): readonly Finding[] {
  const conditions = conditionsOn(look, 'key')
  if (conditions.length === 0) return look.dialect.mustCover('key') ? uncoveredKey(look) : [finding('key-open')]
  const listed = listedValues(conditions)
  if (listed !== undefined) return fileNameInKey(conditions, listed)
  const [longest] = prefixes(conditions).sort((a, b) => b.prefix.length - a.prefix.length)
  if (longest === undefined || longest.prefix === '') return [finding('key-open', longest ?? conditions[0])]
  return [
    finding('key-by-client', longest, isFresh(longest.prefix) ? FRESH_PREFIX : {}),
    ...(longest.prefix.endsWith('/') ? [] : [finding('key-prefix-unended', longest)]),
  ]
}

/** Nothing of this on S3, which has no such field. */
export function overwriteFindings(look: Look): readonly Finding[] {
  if (look.dialect.name === 's3') return []
  const conditions = conditionsOn(look, FORBID_OVERWRITE)
  if (listedValues(conditions)?.every((value) => value === 'true')) return []
  const keys = conditionsOn(look, 'key')
  const isOnlyPrefix = listedValues(keys) === undefined && prefixes(keys).some(({ prefix }) => isFresh(prefix))
  const isSentFreely = conditions.length === 0 && look.fields?.has(FORBID_OVERWRITE) === true
  return [
    finding('overwrite-allowed', conditions[0], {
      ...(isOnlyPrefix ? { severity: 'note' } : {}),
      ...(isSentFreely ? { title: 'Objects may be overwritten: x-oss-forbid-overwrite is sent, but not pinned' } : {}),
    }),
  ]
}

/** Where the fields are known, they tell it themselves. */
function uncoveredKey({ fields }: Look): readonly Finding[] {
  if (fields?.has('key')) return []
  return [finding('field-uncovered', undefined, { title: 'No condition names the key' })]
}

function fileNameInKey(conditions: readonly FieldCondition[], keys: readonly string[]): readonly Finding[] {
  const named = keys.find((key) => key.includes(FILE_NAME))
  return named === undefined
    ? []
    : [finding('key-file-name', conditions[0], isFresh(named) ? { severity: 'note' } : {})]
}

function prefixes(conditions: readonly FieldCondition[]) {
  return conditions.filter((condition) => condition.op === 'starts-with')
}

const FRESH_PREFIX = {
  severity: 'note',
  consequence: 'If the prefix is new for each answer, nobody else has objects there; names such as "a.html" remain.',
  fix: 'Where the front end can take a whole key, let the server make it and pin it with eq.',
} as const
const FORBID_OVERWRITE = 'x-oss-forbid-overwrite'
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
const FILE_NAME = '${filename}'
