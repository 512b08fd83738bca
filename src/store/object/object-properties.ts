import { MAX_USER_METADATA_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { checkFieldValues } from '../../form/check-values.ts'
import { METADATA_PREFIX } from '../../form/field-names.ts'
import type { Described, ObjectRecord } from '../disk/records.ts'
import { parseObjectAcl } from '../request/acl.ts'
import { headerText, isHeaderText } from '../request/header-text.ts'
import { readTagHeader } from './object-tags.ts'

/** What is kept with an object's bytes, as whoever puts it said. */
export interface ObjectProperties extends Described {
  readonly forbidOverwrite: boolean
}

/** Ours: what a GET must send back in its headers, user metadata apart, with room to spare below any client's limit. */
export const MAX_STORED_HEADERS_BYTES = 8 * 1024

/**
 * Reads the properties from a form's fields or a PUT's headers: they have the same names, in lower case here.
 *
 * @see docs/spec/post-object.md section 3
 */
export function readProperties(
  named: ReadonlyMap<string, string>,
  contentType = 'application/octet-stream',
): ObjectProperties {
  checkFieldValues(named)
  const headers = readHeaders(named)
  const encryption = readEncryption(named)
  checkHeaders({ ...headers, 'content-type': contentType, [KEY_ID]: encryption?.keyId ?? '' })
  return {
    contentType,
    headers,
    metadata: readMetadata(named),
    acl: parseObjectAcl(named.get('x-oss-object-acl') ?? 'default', 'x-oss-object-acl'),
    storageClass: named.get('x-oss-storage-class') ?? 'Standard',
    ...(encryption !== undefined && { encryption }),
    tags: readTagHeader(named.get('x-oss-tagging')),
    forbidOverwrite: named.get('x-oss-forbid-overwrite') === 'true',
  }
}

/** The properties that the headers of a request give to the object it makes. */
export function headerProperties(headers: ReadonlyMap<string, string>): ObjectProperties {
  const named = new Map([...headers].map(([name, value]) => [name, headerText(value)]))
  return readProperties(named, named.get('content-type'))
}

/** What the answer to a put and to every get says of an object's encryption. */
export function encryptionHeaders({ encryption }: Pick<ObjectRecord, 'encryption'>): Record<string, string> {
  if (encryption === undefined) return {}
  const { algorithm, keyId } = encryption
  return { [ALGORITHM]: algorithm, ...(keyId !== undefined && { [KEY_ID]: keyId }) }
}

const ALGORITHM = 'x-oss-server-side-encryption'
const KEY_ID = 'x-oss-server-side-encryption-key-id'
const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires']

function readHeaders(named: ReadonlyMap<string, string>): Record<string, string> {
  const given = KEPT_HEADERS.map((name) => [name, named.get(name) ?? ''] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}

function readEncryption(named: ReadonlyMap<string, string>): ObjectRecord['encryption'] {
  const algorithm = named.get(ALGORITHM)
  const keyId = named.get(KEY_ID)
  if (keyId !== undefined && algorithm !== 'KMS') throw invalid(KEY_ID, 'goes only with the algorithm KMS.')
  if (algorithm === undefined) return undefined
  return { algorithm, ...(keyId !== undefined && { keyId }) }
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  let bytes = 0
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeaderText(value)) throw invalid(name, 'has a control character; it could not be sent back in a header.')
    bytes += name.length + Buffer.byteLength(value)
    if (bytes > MAX_STORED_HEADERS_BYTES)
      throw invalid(name, `makes the object's headers longer than ${MAX_STORED_HEADERS_BYTES} bytes.`)
  }
}

/** Names in lower case, without what they begin with. @see docs/spec/object-api.md section 3 */
function readMetadata(named: ReadonlyMap<string, string>): Record<string, string> {
  const metadata = new Map<string, string>()
  let bytes = 0
  for (const [name, value] of named) {
    if (!name.startsWith(METADATA_PREFIX)) continue
    const own = name.slice(METADATA_PREFIX.length)
    if (!isMetadataName(own)) throw invalid(name, 'may only have letters, digits and "-" in its name.')
    if (!isHeaderText(value)) throw invalid(name, 'has a control character; it could not be sent back in a header.')
    bytes += own.length + Buffer.byteLength(value)
    metadata.set(own, value)
  }
  if (bytes <= MAX_USER_METADATA_BYTES) return Object.fromEntries(metadata)
  throw new PosternError('metadata-too-large', `It has ${bytes} bytes; ${MAX_USER_METADATA_BYTES} are allowed.`, {
    MaxSizeAllowed: String(MAX_USER_METADATA_BYTES),
    ProposedSize: String(bytes),
  })
}

function isMetadataName(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name)
}

function invalid(name: string, fault: string): PosternError {
  const shown = name.slice(0, 100)
  return new PosternError('field-invalid', `"${shown}" ${fault}`, { ArgumentName: shown })
}
