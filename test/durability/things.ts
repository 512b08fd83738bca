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
  const bytes = bytesOf(slices)
  return { text: textOf(what, bytes.length, createHash('md5').update(bytes).digest()), slices }
}

export const UPLOAD: Thing = { text: 'under way', slices: [] }

export function textOf(what: string, size: number, md5: Uint8Array): string {
  return `${what} of ${size} bytes with MD5 ${hexOf(md5)}`
}

export function hexOf(md5: Uint8Array): string {
  return Buffer.from(md5).toString('hex').toUpperCase()
}

/** The ETag of what was sent in one piece. */
export function etagOf({ text }: Thing): string {
  return `"${text.slice(-MD5_DIGITS)}"`
}

const MD5_DIGITS = 32

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
