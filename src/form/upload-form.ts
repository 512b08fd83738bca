import { PosternError } from '../base/errors.ts'
import { FORM_LIMITS } from '../base/limits.ts'

/** Names and values that a form sends, in the order they are sent. */
export type Fields = Readonly<Record<string, string>>

/** Fields as a store received them, by name in lower case: a `Map`, because the names come from outside. */
export type ReceivedFields = ReadonlyMap<string, string>

/**
 * All a browser needs to send one file: post `fields` to `url` as multipart/form-data, then the file, last, as `file`.
 *
 * `key` is the object's key when the issuer made it, absent when the front end writes it; `expiresAt` is ISO 8601;
 * `maxSize` is in bytes; `token` names the upload to the issuer.
 */
export interface UploadForm {
  readonly method: 'POST'
  readonly url: string
  readonly fields: Fields
  readonly key?: string
  readonly expiresAt: string
  readonly maxSize?: number
  readonly token?: string
}

/**
 * Reads an upload form that came as JSON. Members it does not know are left out.
 *
 * @example
 * const form = parseUploadForm(await response.json())
 * @see docs/spec/post-object.md section 3
 */
export function parseUploadForm(value: unknown): UploadForm {
  if (!isObject(value)) throw malformed(`It is not an object but ${typeName(value)}.`)
  const method = member(value, 'method')
  if (method !== 'POST') throw malformed(`Its "method" must be "POST", not ${shown(method)}.`)
  const key = member(value, 'key')
  if (key !== undefined && typeof key !== 'string') throw malformed(`Its "key" must be a string, not ${shown(key)}.`)
  const maxSize = member(value, 'maxSize')
  if (maxSize !== undefined && !isSize(maxSize))
    throw malformed(`Its "maxSize" must be a whole number of bytes, not ${shown(maxSize)}.`)
  const token = member(value, 'token')
  if (token !== undefined && typeof token !== 'string')
    throw malformed(`Its "token" must be a string, not ${shown(token)}.`)
  return {
    method,
    url: parseUrl(member(value, 'url')),
    fields: parseFields(member(value, 'fields')),
    expiresAt: parseInstant(member(value, 'expiresAt')),
    ...(key === undefined ? {} : { key }),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(token === undefined ? {} : { token }),
  }
}

/** An address a browser can post to. */
function parseUrl(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_URL_LENGTH)
    throw malformed(`Its "url" must be a string, not ${shown(value)}.`)
  const { authority } = ADDRESS.exec(value)?.groups ?? {} // mini-programs and React Native have no whole URL
  if (authority === undefined)
    throw malformed(`Its "url" must begin with https:// or http:// and a host, not ${shown(value)}.`)
  if (authority.includes('@')) throw malformed('Its "url" must not carry a user name or password.')
  return value
}

function parseFields(value: unknown): Fields {
  if (!isObject(value)) throw malformed(`Its "fields" must be an object, not ${typeName(value)}.`)
  const entries = Object.entries(value)
  if (entries.length >= FORM_LIMITS.maxEntries)
    throw malformed(`It has ${entries.length} fields; ${FORM_LIMITS.maxEntries - 1} is the most a store reads.`)
  const names = new Set<string>()
  const fields: [string, string][] = []
  for (const [name, text] of entries) {
    if (typeof text !== 'string') throw malformed(`Its field ${shown(name)} must be a string, not ${typeName(text)}.`)
    const lower = name.toLowerCase()
    if (lower === '' || lower === 'file') throw malformed('No field may be named "file", or have no name.')
    if (names.has(lower)) throw malformed(`Its field ${shown(name)} occurs twice; upper and lower case are the same.`)
    names.add(lower)
    fields.push([name, text])
  }
  return Object.fromEntries(fields) // defines properties, so a field named __proto__ stays a field
}

function parseInstant(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_INSTANT_LENGTH || Number.isNaN(Date.parse(value)))
    throw malformed(`Its "expiresAt" must be an ISO 8601 date, not ${shown(value)}.`)
  return value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** A member of its own, never an inherited one. */
function member(value: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_SHOWN)) : typeName(value)
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `${value === undefined ? '' : 'of type '}${typeof value}`
}

function malformed(what: string): PosternError {
  return new PosternError('upload-form-malformed', `This is not an upload form. ${what}`)
}

/** What every reader of addresses takes for the same host: no white space, no backslash, nothing else before the host. */
const ADDRESS = /^https?:\/\/(?<authority>[^\s/?#\\]+)(?:[/?#][^\s\\]*)?$/i
const MAX_URL_LENGTH = 8192
const MAX_INSTANT_LENGTH = 40
const MAX_SHOWN = 200
