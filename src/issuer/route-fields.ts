import type { Fields } from '../form/upload-form.ts'
import type { Storage } from './storage/storage.ts'

/** Fields that the issuer and its signer write, and `file`, which ends a form. */
const OWN_FIELDS = new Set([
  ...['key', 'file', 'bucket', 'policy', 'content-type', 'signature', 'ossaccesskeyid', 'awsaccesskeyid'],
  ...['signature', 'signature-version', 'credential', 'date', 'security-token'].map((name) => `x-oss-${name}`),
  ...['signature', 'algorithm', 'credential', 'date', 'security-token'].map((name) => `x-amz-${name}`),
])

/** What every form carries beside its key, type and signature: a route's own fields, and the defaults it does not set. */
export function readFields(where: string, fields: Fields, storage: Storage): Fields {
  const set = new Set<string>()
  for (const [name, value] of Object.entries(fields)) {
    checkField(where, name, value)
    const lower = name.toLowerCase()
    if (set.has(lower))
      throw new TypeError(`${where}: the field "${name}" is there twice; upper and lower case are the same.`)
    set.add(lower)
  }
  const defaults = Object.entries(defaultFields(storage)).filter(([name]) => !set.has(name))
  return { ...Object.fromEntries(defaults), ...fields }
}

/** How a store names user metadata. */
export function metaPrefixFor({ dialect }: Storage): string {
  return dialect === 's3' ? 'x-amz-meta-' : 'x-oss-meta-'
}

/** S3 has no field that forbids to overwrite; there the key, which nobody had before, must do. */
function defaultFields({ dialect }: Storage): Fields {
  return dialect === 's3'
    ? { success_action_status: '200' }
    : { success_action_status: '200', 'x-oss-forbid-overwrite': 'true' }
}

function checkField(where: string, name: string, value: unknown): void {
  if (!/^[A-Za-z0-9_:.-]{1,128}$/.test(name)) throw new TypeError(`${where}: "${name}" is no name of a field.`)
  if (typeof value !== 'string') throw new TypeError(`${where}: the field "${name}" must be text.`)
  if (OWN_FIELDS.has(name.toLowerCase())) {
    throw new TypeError(`${where}: the field "${name}" is the issuer's own; a route cannot set it.`)
  }
}
