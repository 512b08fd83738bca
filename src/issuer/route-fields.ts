import type { Fields } from '../form/upload-form.ts'
import { type Fault, memberPath } from './options/faults.ts'
import type { Storage } from './storage/storage.ts'

/** How an object is kept. A route says it in one way for OSS and for S3; the names of the fields differ. */
export interface ObjectRules {
  readonly acl?: Acl | undefined
  readonly storageClass?: string | undefined
  readonly overwrite?: boolean | undefined
  readonly fields?: Fields | undefined
}

/** Who may read and write an object. `default` is OSS's; the last three are S3's. */
export type Acl = (typeof ACLS)[number]

const BOTH_ACLS = ['private', 'public-read', 'public-read-write'] as const
const OSS_ACLS = ['default', ...BOTH_ACLS] as const
const S3_ACLS = [...BOTH_ACLS, 'authenticated-read', 'bucket-owner-read', 'bucket-owner-full-control'] as const
export const ACLS = [...new Set([...OSS_ACLS, ...S3_ACLS])] as const

/** docs/spec/post-object.md section 3. Engines of S3 name classes of their own. */
const OSS_CLASSES: readonly string[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']
const S3_CLASS = /^[A-Z][A-Z0-9_-]{0,63}$/

/** Fields that the issuer and its signer write, and `file`, which ends a form. */
const OWN_FIELDS = new Set([
  ...['key', 'file', 'bucket', 'policy', 'content-type', 'signature', 'ossaccesskeyid', 'awsaccesskeyid'],
  ...['signature', 'signature-version', 'credential', 'date', 'security-token'].map((name) => `x-oss-${name}`),
  ...['signature', 'algorithm', 'credential', 'date', 'security-token'].map((name) => `x-amz-${name}`),
])

/** What differs between the two dialects. */
const NAMES = {
  oss: { acl: 'x-oss-object-acl', storageClass: 'x-oss-storage-class', metaPrefix: 'x-oss-meta-' },
  s3: { acl: 'acl', storageClass: 'x-amz-storage-class', metaPrefix: 'x-amz-meta-' },
} as const

/**
 * What every form carries beside its key, type and signature: the defaults, what a route's members stand for, and its own
 * fields. `path` is where the route stands, for the faults that are found.
 */
export function readFields(rules: ObjectRules, storage: Storage, path: string, faults: Fault[]): Fields {
  const named = memberFields(rules, storage, (name, sentence) =>
    faults.push({ path: memberPath(path, name), sentence }),
  )
  const own = rules.fields ?? {}
  const taken = new Map(
    Object.entries(named).map(([name, { member }]) => [name, `"${member}" says this field already.`]),
  )
  for (const [name, value] of Object.entries(own)) {
    const lower = name.toLowerCase()
    const sentence = whyNoField(name, value) ?? taken.get(lower)
    if (sentence !== undefined) faults.push({ path: memberPath(memberPath(path, 'fields'), name), sentence })
    taken.set(lower, 'The field is there twice; upper and lower case are the same.')
  }
  const defaults = Object.entries(defaultFields(storage)).filter(([name]) => !taken.has(name))
  const said = Object.entries(named).map(([name, { value }]) => [name, value])
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(said), ...own }
}

/** How a store names user metadata. */
export function metaPrefixFor({ dialect }: Storage): string {
  return NAMES[dialect].metaPrefix
}

interface MemberField {
  readonly member: string
  readonly value: string
}

/** A route's members that are fields under another name. */
function memberFields(
  { acl, storageClass, overwrite }: ObjectRules,
  { dialect }: Storage,
  refuse: (member: string, sentence: string) => void,
): Readonly<Record<string, MemberField>> {
  const names = NAMES[dialect]
  const acls: readonly string[] = dialect === 'oss' ? OSS_ACLS : S3_ACLS
  const fields: Record<string, MemberField> = {}
  if (acl !== undefined) {
    if (acls.includes(acl)) fields[names.acl] = { member: 'acl', value: acl }
    else refuse('acl', `${dialect === 'oss' ? 'OSS' : 'S3'} has no "${acl}", only ${acls.join(', ')}.`)
  }
  if (storageClass !== undefined) {
    const isClass = dialect === 'oss' ? OSS_CLASSES.includes(storageClass) : S3_CLASS.test(storageClass)
    if (isClass) fields[names.storageClass] = { member: 'storageClass', value: storageClass }
    else refuse('storageClass', `"${storageClass}" is no class here: write ${classAdvice(dialect)}.`)
  }
  if (overwrite !== undefined && dialect === 'oss')
    fields['x-oss-forbid-overwrite'] = { member: 'overwrite', value: String(!overwrite) }
  if (overwrite === false && dialect === 's3')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a key template writes it
    refuse('overwrite', 'A form of S3 cannot forbid it. Leave this out, and keep ${uuid} in the key.')
  return fields
}

function classAdvice(dialect: Storage['dialect']): string {
  return dialect === 'oss' ? OSS_CLASSES.join(', ') : 'capitals, such as STANDARD or STANDARD_IA'
}

/**
 * On OSS a client may add whatever no condition names, an ACL too: one that is there and pinned can be no other. S3 takes no such
 * field, and has none that forbids to overwrite; there the key, which nobody had before, must do.
 */
function defaultFields({ dialect }: Storage): Fields {
  return dialect === 's3'
    ? { success_action_status: '200' }
    : { success_action_status: '200', 'x-oss-forbid-overwrite': 'true', 'x-oss-object-acl': 'default' }
}

function whyNoField(name: string, value: unknown): string | undefined {
  if (!/^[A-Za-z0-9_:.-]{1,128}$/.test(name)) return 'This is no name of a field.'
  if (typeof value !== 'string') return 'Write a text, in quotes.'
  if (OWN_FIELDS.has(name.toLowerCase())) return "The field is the issuer's own; a route cannot set it."
  return undefined
}
