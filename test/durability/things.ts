import { createHash, randomBytes } from 'node:crypto'
import { POOL_BYTES } from './settings.ts'

/** A piece of a pool of random bytes. */
export interface Slice {
  readonly offset: number
  readonly size: number
}

/** What a store holds under a name: an object, an upload under way, or a part of one. */
export interface Thing {
  /** By this it is compared: what it is, its size and its MD5. */
  readonly text: string
  readonly slices: readonly Slice[]
}

/** What is found under a name. */
export interface Found {
  readonly text: string
  readonly etag?: string
}

export type ObjectType = 'Normal' | 'Appendable' | 'Multipart'

const POOL = randomBytes(POOL_BYTES)

export function bytesOf(slices: readonly Slice[]): Buffer {
  return Buffer.concat(slices.map(({ offset, size }) => POOL.subarray(offset, offset + size)))
}

export function thing(what: ObjectType | 'part', slices: readonly Slice[]): Thing {
  return { text: textOf(what, bytesOf(slices)), slices }
}

export const UPLOAD: Thing = { text: 'under way', slices: [] }

export function textOf(what: string, bytes: Uint8Array): string {
  return `${what} of ${bytes.length} bytes with MD5 ${md5Of(bytes)}`
}

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase()
}

export function isAppendable({ text }: Thing): boolean {
  return text.startsWith('Appendable ')
}

export function sizeOf({ slices }: Thing): number {
  return slices.reduce((sum, { size }) => sum + size, 0)
}

export function objectName(key: string): string {
  return `object ${key}`
}

export function uploadName(key: string, id: string): string {
  return `upload ${key} ${id}`
}

export function partName(key: string, id: string, number: number): string {
  return `part ${key} ${id} ${number}`
}
