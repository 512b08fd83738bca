import { createHash, randomInt } from 'node:crypto'
import { type Actor, anyKey, anyObject, anySlice, attempt, pick, type Step, someKeys, survives } from './actor.ts'
import type { Sent } from './client.ts'
import { objectChange } from './expected-things.ts'
import { BUCKET, newSlice } from './settings.ts'
import { bytesOf, etagOf, isAppendable, objectName, type Slice, sizeOf, type Thing, thing } from './things.ts'

/** Stores an object of its own, by a PUT or by a form. */
export const store: Step = async (actor) => {
  const key = anyKey(actor)
  const slice = anySlice(actor)
  const stored = thing('Normal', [slice])
  const sent = storing(key, slice, false)
  const reply = await attempt(actor, { what: sent.method, sent, changes: [objectChange(key, stored)] })
  if (typeof reply === 'object' && reply.headers.etag !== etagOf(stored))
    throw new Error(`${key} was stored with the ETag ${reply.headers.etag}.`)
  return reply !== 'died'
}

/** How many actors want to be the first to store a key. */
const RIVALS = 4

let contested = 0

/** Stores what must not be there yet, and what others want to store as well. */
export const storeOnce: Step = async ({ expected, client, onFull }) => {
  if (onFull !== undefined) return true // a full disk may refuse all of them
  const key = `once/${Math.floor(contested++ / RIVALS)}`
  const slice = newSlice([10, 20_000, 70_000])
  const asked = expected.askOnce(objectName(key), thing('Normal', [slice]))
  const reply = await client.send(storing(key, slice, true))
  if (reply?.status === 409) asked.refused()
  else if (reply !== undefined) asked.done(reply.headers.etag)
  return reply !== undefined
}

function storing(key: string, slice: Slice, once: boolean): Sent {
  const forbid = { 'x-oss-forbid-overwrite': String(once) }
  if (randomInt(2) === 0) return { method: 'PUT', key, headers: forbid, body: bytesOf([slice]) }
  const headers = { 'content-type': 'multipart/form-data; boundary=the-boundary' }
  return { method: 'POST', headers, body: formOf({ key, ...forbid }, bytesOf([slice])), unsigned: true }
}

function formOf(fields: Readonly<Record<string, string>>, file: Uint8Array): Buffer {
  const entries = Object.entries(fields).map(([name, value]) => `${opening(name)}\r\n\r\n${value}\r\n`)
  const head = `${entries.join('')}${opening('file')}; filename="a"\r\n\r\n`
  return Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--the-boundary--\r\n')])
}

function opening(name: string): string {
  return `--the-boundary\r\nContent-Disposition: form-data; name="${name}"`
}

/** Appends to an object where the last acknowledged append ended, or begins one. */
export const append: Step = async (actor) => {
  const key = (randomInt(4) > 0 ? anyObject(actor, isAppendable)?.key : undefined) ?? anyKey(actor)
  const before = actor.expected.get(objectName(key))
  if (before !== undefined && !isAppendable(before)) return await appendInVain(actor, key, sizeOf(before))
  const slice = anySlice(actor)
  const after = before !== undefined && slice.size === 0 ? before : thing('Appendable', [...slicesOf(before), slice])
  const sent = appending(key, before === undefined ? 0 : sizeOf(before), slice)
  return await survives(actor, { what: 'append', sent, changes: [objectChange(key, after)] })
}

/** Appends where the object does not end. */
export const appendElsewhere: Step = async (actor) => {
  const log = anyObject(actor, isAppendable)
  return log === undefined || (await appendInVain(actor, log.key, sizeOf(log.thing) + 1 + randomInt(10)))
}

async function appendInVain(actor: Actor, key: string, position: number): Promise<boolean> {
  return await survives(actor, { what: 'wrong append', sent: appending(key, position, newSlice([10])), refusal: 409 })
}

function appending(key: string, position: number, slice: Slice): Sent {
  const query = [
    ['append', ''],
    ['position', String(position)],
  ] as const
  return { method: 'POST', key, query, body: bytesOf([slice]) }
}

function slicesOf(before: Thing | undefined): readonly Slice[] {
  return before?.slices ?? []
}

/** Copies an object of its own, which it may replace or delete afterwards, to a key of its own, which may be the same. */
export const copy: Step = async (actor) => {
  const source = anyObject(actor)
  if (source === undefined) return true
  const key = anyKey(actor)
  const ontoItself = key === source.key
  const made = ontoItself || !isAppendable(source.thing) ? source.thing : thing('Normal', source.thing.slices)
  return await survives(actor, { what: 'copy', sent: copying(source.key, key), changes: [objectChange(key, made)] })
}

/** Objects that all actors copy while two of them delete and store them again, always with the same bytes. */
const SHARED = [80_000, 150_000].map((size) => thing('Normal', [newSlice([size])]))

export const copyShared: Step = async (actor) => {
  const at = randomInt(SHARED.length)
  const key = anyKey(actor)
  const changes = [objectChange(key, SHARED[at])]
  return await survives(actor, { what: 'copy shared', sent: copying(`shared/${at}`, key), changes, refusal: 404 })
}

function copying(source: string, key: string): Sent {
  return { method: 'PUT', key, headers: { 'x-oss-copy-source': `/${BUCKET}/${source}` } }
}

export const changeShared: Step = async (actor) => {
  const there = SHARED[actor.number]
  if (there === undefined) return true
  const key = `shared/${actor.number}`
  const isThere = actor.expected.get(objectName(key)) !== undefined
  const changes = [objectChange(key, isThere ? undefined : there)]
  const sent = isThere ? { method: 'DELETE', key } : { method: 'PUT', key, body: bytesOf(there.slices) }
  return await survives(actor, { what: sent.method, sent, changes })
}

export const remove: Step = async (actor) => {
  const key = anyKey(actor)
  return await survives(actor, {
    what: 'DELETE',
    sent: { method: 'DELETE', key },
    changes: [objectChange(key, undefined)],
  })
}

/** Deletes several in one request, each of which may be gone or not where that was not answered. */
export const removeMany: Step = async (actor) => {
  const keys = [...someKeys(actor), ...(actor.number === 0 ? settledOnceKeys(actor) : [])]
  if (keys.length === 0) return true
  const changes = keys.map((key) => objectChange(key, undefined))
  return await survives(actor, { what: 'delete many', sent: deletingMany(keys), changes })
}

export function deletingMany(keys: readonly string[]): Sent {
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')
  const body = Buffer.from(`<Delete><Quiet>${pick([true, false])}</Quiet>${objects}</Delete>`)
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  return { method: 'POST', query: [['delete', '']], headers, body }
}

/** Those that nobody wants any more, so that they do not become ever more. */
function settledOnceKeys({ expected }: Actor): string[] {
  const wanted = Math.floor(contested / RIVALS) - 20
  const prefix = 'once/'
  return expected.below(objectName(prefix)).flatMap(({ rest }) => (Number(rest) < wanted ? [prefix + rest] : []))
}
