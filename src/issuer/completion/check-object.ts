import { PosternError } from '../../base/issuer-errors.ts'
import type { StoredObject } from '../storage/storage-client.ts'
import type { UploadFacts } from '../token/upload-token.ts'

/** Is what is stored what was allowed? Refuses with `upload-mismatch`, which names all that differs. */
export function checkObject(facts: UploadFacts, object: StoredObject): void {
  const differences = differencesOf(facts, object)
  if (differences.length === 0) return
  const detail = `What is stored differs from what was allowed: ${differences.map(sentence).join('; ')}.`
  throw mismatch(detail, differences.map(({ what }) => what).join(', '))
}

export function mismatch(detail: string, differs: string): PosternError {
  return new PosternError('upload-mismatch', detail, { Differs: differs })
}

interface Difference {
  readonly what: 'key' | 'size' | 'type' | 'upload'
  readonly stored: string
  readonly allowed: string
}

function differencesOf(facts: UploadFacts, { key, size, type, mark }: StoredObject): readonly Difference[] {
  const differences: Difference[] = []
  if (!isKeyAllowed(facts, key)) differences.push({ what: 'key', stored: shown(key), allowed: shown(facts.key) })
  if (!isSizeAllowed(facts, size)) differences.push({ what: 'size', stored: `${size}`, allowed: sizeOf(facts) })
  if (facts.type !== undefined && plainType(type) !== plainType(facts.type))
    differences.push({ what: 'type', stored: shown(type), allowed: shown(facts.type) })
  if (facts.mark !== undefined && mark !== facts.mark)
    differences.push({ what: 'upload', stored: 'another', allowed: 'the one of this token' }) // somebody else was faster
  return differences
}

/** A folder is not an object in itself. */
function isKeyAllowed({ key: allowed, keyIsPrefix = false }: UploadFacts, key: string): boolean {
  return keyIsPrefix ? key.startsWith(allowed) && key.length > allowed.length : key === allowed
}

/** A policy can only bound the size; who announced one number and sent another is found here. */
function isSizeAllowed({ size: announced, minSize, maxSize }: UploadFacts, size: number): boolean {
  return announced === undefined ? size >= minSize && size <= maxSize : size === announced
}

function sizeOf({ size, minSize, maxSize }: UploadFacts): string {
  return size === undefined ? `${minSize} to ${maxSize}` : `${size}`
}

/** Storages write the same type with other capitals and spaces. */
function plainType(type: string): string {
  return type.toLowerCase().replaceAll(' ', '')
}

function sentence({ what, stored, allowed }: Difference): string {
  return `the ${what} is ${stored}, not ${allowed}`
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
