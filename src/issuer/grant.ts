import { randomUUID } from 'node:crypto'
import { PosternError } from '../base/issuer-errors.ts'
import { MAX_KEY_BYTES, MAX_OBJECT_BYTES, MAX_USER_METADATA_BYTES } from '../base/limits.ts'
import { checkKey } from '../form/key.ts'
import type { Fields } from '../form/upload-form.ts'
import type { FormGrant } from '../sign/create-form.ts'
import type { Admission } from './authorize/admit.ts'
import { whyTypeRefused } from './file-types.ts'
import type { IssueRequest } from './issue-request.ts'
import { extensionOf } from './key/file-name.ts'
import { dateFolders } from './key/key-template.ts'
import { readPrefix } from './key/prefix.ts'
import type { RouteRules } from './route.ts'
import { UPLOAD_MARK } from './storage/read-answer.ts'
import type { Storage } from './storage/storage.ts'

/** May this file go where it wants to go? Then what its form may do: make one object, under a key of ours, and nothing else. */
export function grantUpload(admission: Admission, request: IssueRequest, storage: Storage, now: Date): ObjectGrant {
  return grant(admission.rules.maxSize > MAX_OBJECT_BYTES ? inOnePiece(admission) : admission, request, storage, now)
}

/** The same for a file that comes in parts, which may be larger than one request. */
export function grantParts(admission: Admission, request: IssueRequest, storage: Storage, now: Date): ObjectGrant {
  return grant(admission, request, storage, now)
}

/** A grant for one object. */
export interface ObjectGrant extends FormGrant {
  readonly key: string
  readonly fields: Fields
  /** What the object's metadata name its upload by, where its key does not: absent where nobody else can want the key. */
  readonly mark?: string
}

function inOnePiece({ rules, ...admission }: Admission): Admission {
  return { ...admission, rules: { ...rules, maxSize: inOneRequest(rules.maxSize) } }
}

/** No single request is larger, whatever the route would take in parts. */
export function inOneRequest(maxSize: number): number {
  return Math.min(maxSize, MAX_OBJECT_BYTES)
}

function grant(admission: Admission, request: IssueRequest, storage: Storage, now: Date): ObjectGrant {
  const { rules } = admission
  checkSize(rules, request.size)
  const key = keyOf(admission, request.filename, now)
  for (const extension of new Set([extensionOf(request.filename), extensionOf(key)])) {
    const refusal = whyTypeRefused(rules.types, request.type, extension)
    if (refusal !== undefined) throw new PosternError('type-not-allowed', refusal, { Type: request.type })
  }

  const { minSize, maxSize, expiresInSeconds } = rules
  const marking = rules.key.isFresh ? {} : { mark: randomUUID() }
  return {
    ...marking,
    url: storage.url,
    bucket: storage.bucket,
    minSize,
    maxSize,
    expiresInSeconds,
    key,
    fields: {
      'Content-Type': request.type,
      ...rules.fields,
      ...metaFields(rules, request.meta),
      ...(marking.mark !== undefined && { [`${rules.metaPrefix}${UPLOAD_MARK}`]: marking.mark }),
    },
  }
}

/**
 * What a form may do when the front end writes the key and sends a fixed list of fields: put files into a folder that no
 * other answer has. It is pinned to what those front ends send, and cannot be pinned further: docs/spec/direct-upload-server.md section 2.
 */
export function grantSignature(admission: Admission, storage: Storage, now: Date): FormGrant & { keyPrefix: string } {
  const { minSize, expiresInSeconds, signatureConditions: conditions } = admission.rules
  const maxSize = inOneRequest(admission.rules.maxSize)
  const keyPrefix = `${keyPrefixOf(admission)}${dateFolders(now)}/${randomUUID()}/`
  return { url: storage.url, bucket: storage.bucket, minSize, maxSize, expiresInSeconds, keyPrefix, conditions }
}

/** What all keys of this caller on this route begin with; ends in `/`, or is empty. */
export function keyPrefixOf(admission: Admission): string {
  return `${prefixOf(admission)}${admission.rules.key.folder(admission.caller.id)}`
}

/** The route's prefix, and the folder that the application gave this caller below it. */
function prefixOf({ rules, caller }: Admission): string {
  return `${rules.prefix}${caller.prefix === undefined ? '' : readPrefix('The prefix of a caller', caller.prefix)}`
}

/** A key as the route's template writes it. */
function keyOf(admission: Admission, filename: string, now: Date): string {
  const prefix = prefixOf(admission)
  const parts = { user: admission.caller.id, uuid: randomUUID(), now, filename }
  const key = `${prefix}${admission.rules.key.write(parts, MAX_KEY_BYTES - Buffer.byteLength(prefix))}`
  checkKey(key)
  return key
}

function checkSize({ minSize, maxSize }: RouteRules, size: number): void {
  if (size > maxSize) {
    const facts = { ProposedSize: `${size}`, MaxSizeAllowed: `${maxSize}` }
    throw new PosternError('file-too-large', `The file has ${size} bytes; ${maxSize} are allowed here.`, facts)
  }
  if (size < minSize) {
    const facts = { ProposedSize: `${size}`, MinSizeAllowed: `${minSize}` }
    throw new PosternError(
      'file-too-small',
      `The file has ${size} bytes; at least ${minSize} are asked for here.`,
      facts,
    )
  }
}

/** The caller's metadata as fields; what the route sets itself is not the caller's to set. */
function metaFields({ fields: own, metaPrefix, judgeMeta }: RouteRules, meta: ReadonlyMap<string, string>): Fields {
  const refusal = judgeMeta(meta)
  if (refusal !== undefined) throw badMeta(refusal)
  if (meta.size === 0) return {}
  const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const fields: [string, string][] = []
  let bytes = 0
  for (const [name, value] of meta) {
    if (name === UPLOAD_MARK) throw badMeta(`"meta" holds "${name}", which is the issuer's own.`)
    if (taken.has(`${metaPrefix}${name}`)) throw badMeta(`"meta" holds "${name}", which this route sets itself.`)
    bytes += name.length + value.length // ASCII, so characters are bytes
    fields.push([`${metaPrefix}${name}`, value])
  }
  if (bytes > MAX_USER_METADATA_BYTES) throw badMeta(`"meta" is over ${MAX_USER_METADATA_BYTES} bytes in all.`)
  return Object.fromEntries(fields)
}

function badMeta(detail: string): PosternError {
  return new PosternError('issue-request-malformed', detail)
}
