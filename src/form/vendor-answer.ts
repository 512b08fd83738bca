import { PosternError } from '../base/errors.ts'
import { fileSizeRange } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { parseUploadForm, type UploadForm } from './upload-form.ts'

/**
 * The form that the vendor's front ends make of an answer of `/get_post_signature_for_oss_upload`, with their fields in
 * their order. It reads the answers of all the vendor's sample servers, and the names that servers modelled on them use.
 *
 * @example
 * const form = formFromAnswer(await response.json(), file)
 * @see docs/spec/direct-upload-server.md sections 1.2 and 2
 */
export function formFromAnswer(answer: unknown, file: { readonly name: string }): UploadForm {
  const read = reader(unwrapped(answer))
  const key = read(KEY) ?? `${read(DIR) ?? ''}${file.name}`
  const encoded = needed(read, POLICY)
  const policy = parsePolicy(encoded)
  const maxSize = fileSizeRange(policy)?.max
  return parseUploadForm({
    method: 'POST',
    url: address(needed(read, HOST)),
    fields: Object.fromEntries(formFields(read, key, file.name).filter(isSent)),
    expiresAt: policy.expiration.toISOString(),
    ...(maxSize === undefined ? {} : { maxSize }),
  })
}

type Read = (names: readonly string[]) => string | undefined
type Field = readonly [name: string, value: string | undefined]

function formFields(read: Read, key: string, fileName: string): readonly Field[] {
  if (read(CREDENTIAL) !== undefined) return v4Fields(read, key)
  return read(OLD_ACCESS_KEY_ID) === undefined ? v1Fields(read, key, fileName) : oldFields(read, key, fileName)
}

function v4Fields(read: Read, key: string): readonly Field[] {
  return [
    ['success_action_status', '200'],
    ['policy', needed(read, POLICY)],
    ['x-oss-signature', needed(read, SIGNATURE)],
    ['x-oss-signature-version', read(VERSION) ?? 'OSS4-HMAC-SHA256'],
    ['x-oss-credential', needed(read, CREDENTIAL)],
    ['x-oss-date', needed(read, DATE)],
    ['key', key],
    ['x-oss-security-token', read(TOKEN)],
    ['callback', read(CALLBACK)],
    ...objectFields(read),
  ]
}

function v1Fields(read: Read, key: string, fileName: string): readonly Field[] {
  return [
    ['name', fileName],
    ['policy', needed(read, POLICY)],
    ['OSSAccessKeyId', needed(read, ACCESS_KEY_ID)],
    ['success_action_status', '200'],
    ['signature', needed(read, SIGNATURE)],
    ['key', key],
    ['x-oss-security-token', read(TOKEN)],
    ['callback', read(CALLBACK)],
    ...objectFields(read),
  ]
}

/** What some servers say of the object; their policies name these fields. */
function objectFields(read: Read): readonly Field[] {
  return [
    ['x-oss-object-acl', read(ACL)],
    ['x-oss-forbid-overwrite', read(FORBID_OVERWRITE)],
  ]
}

/** What plupload sends for the oldest answer. */
function oldFields(read: Read, key: string, fileName: string): readonly Field[] {
  return [
    ['name', fileName],
    ['key', key],
    ['policy', needed(read, POLICY)],
    ['OSSAccessKeyId', needed(read, OLD_ACCESS_KEY_ID)],
    ['success_action_status', '200'],
    ['callback', read(CALLBACK)],
    ['signature', needed(read, SIGNATURE)],
    ['x-oss-security-token', read(TOKEN)],
  ]
}

function isSent(field: Field): field is readonly [string, string] {
  return field[1] !== undefined
}

/** Reads the first of several names that is there; an empty text counts as absent, as in the vendor's own answers. */
function reader(answer: ReadonlyMap<string, unknown>): Read {
  return (names) => {
    for (const name of names) {
      const value = answer.get(name)
      if (typeof value === 'string' && value !== '') return value
    }
    return undefined
  }
}

function needed(read: Read, names: readonly string[]): string {
  const value = read(names)
  if (value !== undefined) return value
  throw new PosternError(
    'upload-form-malformed',
    `This is not an answer for an upload. It has no text "${names[0]}"; the server must send one.`,
  )
}

/** The answer itself, or what stands inside of `{ code, data }` and its like. */
function unwrapped(answer: unknown): ReadonlyMap<string, unknown> {
  let members = membersOf(answer)
  for (let depth = 0; depth < MAX_WRAPPERS && reader(members)(POLICY) === undefined; depth++) {
    const wrapper = WRAPPERS.find((name) => members.has(name))
    if (wrapper === undefined) break
    members = membersOf(members.get(wrapper))
  }
  return members
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

/** The host as an address to post to; the C# sample leaves the scheme out. */
function address(host: string): string {
  const url = host.includes('://') ? host : `${isLocal(host) ? 'http' : 'https'}://${host}`
  return url.endsWith('/') ? url : `${url}/`
}

function isLocal(host: string): boolean {
  const [name = ''] = host.split(/[:/]/, 1)
  return host.startsWith('[::1]') || name === '127.0.0.1' || name === 'localhost' || name.endsWith('.localhost')
}

const MAX_WRAPPERS = 2
const WRAPPERS = ['data', 'result', 'entry', 'signMap'] as const

// The names seen for each thing, the vendor's first: docs/spec/direct-upload-server.md section 2
const POLICY = ['policy', 'Policy', 'policyBase64'] as const
const HOST = ['host', 'Host', 'upload_host'] as const
const DIR = ['dir', 'Dir', 'directory', 'upload_dir', 'uploadDir'] as const
/** A server that writes the whole key; the samples leave that to the front end. */
const KEY = ['key', 'file_key'] as const
const ACL = ['x_oss_object_acl', 'x-oss-object-acl'] as const
const FORBID_OVERWRITE = ['x_oss_forbid_overwrite', 'x-oss-forbid-overwrite'] as const
const SIGNATURE = ['signature', 'Signature', 'x_oss_signature', 'x-oss-signature'] as const
const OLD_ACCESS_KEY_ID = ['accessid', 'accessId'] as const
const ACCESS_KEY_ID = [
  'ossAccessKeyId',
  'OSSAccessKeyId',
  'ossaccessKeyId',
  'Accessid',
  'AccessKeyId',
  'oss_access_key_id',
] as const
const VERSION = ['x_oss_signature_version', 'version', 'x-oss-signature-version'] as const
const CREDENTIAL = ['x_oss_credential', 'x-oss-credential'] as const
const DATE = ['x_oss_date', 'x-oss-date'] as const
const TOKEN = [
  'security_token',
  'x_oss_security_token',
  'x-oss-security-token',
  'securityToken',
  'SecurityToken',
] as const
const CALLBACK = ['callback', 'callbackbody'] as const
