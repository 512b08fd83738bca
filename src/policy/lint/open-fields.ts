import { type Finding, type FindingCode, finding } from './finding.ts'
import { conditionsOn, type Look, listedValues } from './look.ts'

/**
 * What a client may add to a form on OSS, where a field that no condition names is free. S3 refuses such a field.
 *
 * @see docs/spec/post-object.md section 4.4
 */
export function openFieldFindings(look: Look): readonly Finding[] {
  if (look.dialect.name === 's3') return []
  return [...CHOICES.flatMap(([field, code]) => choice(look, field, code)), finding('metadata-open')]
}

/** What the form itself carries and relies on, without pinning it. */
export function freeFieldFindings(look: Look): readonly Finding[] {
  if (look.dialect.name === 's3') return []
  const names = [...(look.fields?.keys() ?? [])].filter((name) => isOurs(name) && conditionsOn(look, name).length === 0)
  return names.map((name) => finding('field-free', undefined, { title: `The field "${name}" is sent, but not pinned` }))
}

function choice(look: Look, field: string, code: FindingCode): readonly Finding[] {
  const conditions = conditionsOn(look, field)
  if (listedValues(conditions) !== undefined) return []
  const isCarried = look.fields?.has(field) === true
  return [finding(code, conditions[0], isCarried ? { severity: 'error', ...CARRIED } : {})]
}

/** Fields that matter and have no finding of their own. */
function isOurs(name: string): boolean {
  return PINNED.has(name) || name.startsWith('x:') || name.startsWith('x-oss-meta-')
}

const CHOICES: readonly (readonly [field: string, code: FindingCode])[] = [
  ['x-oss-object-acl', 'acl-open'],
  ['callback', 'callback-open'],
  ['success_action_redirect', 'redirect-open'],
  ['x-oss-storage-class', 'storage-class-open'],
]
const CARRIED = {
  fix: 'The form sends it already: pin it with eq, so that the client cannot change it or leave it out.',
}
const PINNED = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'expires',
  'x-oss-server-side-encryption',
  'x-oss-server-side-encryption-key-id',
])
