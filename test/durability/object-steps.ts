import { createHash, randomInt } from 'node:crypto'
import { type Actor, anyKey, anyObject, anySlice, pick, type Step, someKeys } from './actor.ts'
import type { Sent } from './client.ts'
import { objectChange } from './expected-things.ts'
import { BUCKET, newSlice } from './settings.ts'
import { bytesOf, etagOf, isAppendable, objectName, type Slice, sizeOf, type Thing, thing } from './things.ts'

/** Stores an object of its own, by a PUT or by a form. */
export const store: Step = async (actor) => {
  const key = anyKey(actor)
  const slice = anySlice(actor)
  const stored = thing('Normal', [slice])
  const asked = actor.expected.ask('store', objectChange(key, stored))
  const reply = await actor.client.send(storing(key, slice, false), [200, 204])
  if (reply === undefined) return false
  if (reply.etag !== etagOf(stored)) throw new Error(`${key} was stored with the ETag ${reply.etag}.`)
  asked.done(reply.etag)
  return true
}

/** How many actors want to be the first to store a key. */
const RIVALS = 4

let contested = 0

/** Stores what must not be there yet, and what others want to store as well. */
export const storeOnce: Step = async ({ expected, client }) => {
  const key = `once/${Math.floor(contested++ / RIVALS)}`
  const slice = newSlice([10, 20_000, 70_000])
  const asked = expected.askOnce(objectName(key), thing('Normal', [slice]))
  const reply = await client.send(storing(key, slice, true), [200, 204, 409])
  if (reply?.status === 409) asked.refused()
  else if (reply !== undefined) asked.done(reply.etag)
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
  if (before !== undefined && !isAppendable(before)) return await appendInVain(actor, key, before)
  const slice = anySlice(actor)
  const after = before !== undefined && slice.size === 0 ? before : thing('Appendable', [...slicesOf(before), slice])
  const asked = actor.expected.ask('append', objectChange(key, after))
  const position = before === undefined ? 0 : sizeOf(before)
  const reply = await actor.client.send(appending(key, position, slice), [200])
  if (reply !== undefined) asked.done(reply.etag)
  return reply !== undefined
}

async function appendInVain({ client }: Actor, key: string, there: Thing): Promise<boolean> {
  return (await client.send(appending(key, sizeOf(there), newSlice([10])), [409])) !== undefined
}

/** Appends where the object does not end. */
export const appendElsewhere: Step = async (actor) => {
  const log = anyObject(actor, isAppendable)
  if (log === undefined) return true
  const position = sizeOf(log.thing) + 1 + randomInt(10)
  return (await actor.client.send(appending(log.key, position, newSlice([10])), [409])) !== undefined
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
  const what = isAppendable(source.thing) ? 'Normal' : undefined
  const made = what === undefined || key === source.key ? source.thing : thing(what, source.thing.slices)
  return await copyFrom(actor, source.key, key, made)
}

/** Objects that all actors copy while two of them delete and store them again, always with the same bytes. */
const SHARED = [80_000, 150_000].map((size) => thing('Normal', [newSlice([size])]))

export const copyShared: Step = async (actor) => {
  const at = randomInt(SHARED.length)
  return await copyFrom(actor, `shared/${at}`, anyKey(actor), SHARED[at])
}

async function copyFrom(
  { client, expected }: Actor,
  source: string,
  key: string,
  made: Thing | undefined,
): Promise<boolean> {
  const asked = expected.ask(`copy ${source}`, objectChange(key, made))
  const headers = { 'x-oss-copy-source': `/${BUCKET}/${source}` }
  const reply = await client.send({ method: 'PUT', key, headers }, source.startsWith('shared/') ? [200, 404] : [200])
  if (reply?.status === 404) asked.refused()
  else if (reply !== undefined) asked.done(/<ETag>(.*)<\/ETag>/.exec(reply.text)?.[1]?.replaceAll('&quot;', '"'))
  return reply !== undefined
}

export const changeShared: Step = async ({ number, client, expected }) => {
  const there = SHARED[number]
  if (there === undefined) return true
  const key = `shared/${number}`
  const isThere = expected.get(objectName(key)) !== undefined
  const asked = expected.ask('change', objectChange(key, isThere ? undefined : there))
  const sent = isThere ? { method: 'DELETE', key } : { method: 'PUT', key, body: bytesOf(there.slices) }
  const reply = await client.send(sent, [200, 204])
  if (reply !== undefined) asked.done(reply.etag)
  return reply !== undefined
}

export const remove: Step = async (actor) => {
  const key = anyKey(actor)
  const asked = actor.expected.ask('delete', objectChange(key, undefined))
  const reply = await actor.client.send({ method: 'DELETE', key }, [204])
  if (reply !== undefined) asked.done()
  return reply !== undefined
}

/** Deletes several in one request, each of which may be gone or not where that was not answered. */
export const removeMany: Step = async (actor) => {
  const keys = [...someKeys(actor), ...(actor.number === 0 ? settledOnceKeys(actor) : [])]
  if (keys.length === 0) return true
  const asked = keys.map((key) => actor.expected.ask('delete among many', objectChange(key, undefined)))
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')
  const body = Buffer.from(`<Delete><Quiet>${pick([true, false])}</Quiet>${objects}</Delete>`)
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  const reply = await actor.client.send({ method: 'POST', query: [['delete', '']], headers, body }, [200])
  if (reply !== undefined) for (const { done } of asked) done()
  return reply !== undefined
}

/** Those that nobody wants any more, so that they do not become ever more. */
function settledOnceKeys({ expected }: Actor): string[] {
  const wanted = Math.floor(contested / RIVALS) - 20
  const prefix = 'once/'
  return expected.below(objectName(prefix)).flatMap(({ rest }) => (Number(rest) < wanted ? [prefix + rest] : []))
}
