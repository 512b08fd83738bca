import { randomInt } from 'node:crypto'
import { type Actor, anyKey, anyObject, anySlice, attempt, pick, type Step, survives } from './actor.ts'

import { BUCKET, MIN_PART_BYTES, newSlice } from './settings.ts'
import { bytesOf, etagOf, objectName, partName, type Slice, sizeOf, type Thing, thing, uploadName } from './things.ts'

interface Upload {
  readonly key: string
  readonly id: string
}

const LAST_PART = 3
const MAX_UPLOADS = 2

export const initiate: Step = async (actor) => {
  if (uploadsOf(actor).length >= MAX_UPLOADS) return true
  const key = anyKey(actor)
  const asked = actor.expected.askUpload(key)
  const reply = await attempt(actor, { what: 'initiate', sent: { method: 'POST', key, query: [['uploads', '']] } })
  if (reply === 'refused') asked.refused()
  else if (reply !== 'died') asked.done(/<UploadId>(.*)<\/UploadId>/.exec(reply.bytes.toString())?.[1] ?? '')
  return reply !== 'died'
}

/** Sends a part, or two at once; often one that was sent before. */
export const sendParts: Step = async (actor) => {
  const upload = pick(uploadsOf(actor))
  if (upload === undefined) return await initiate(actor)
  const first = 1 + randomInt(LAST_PART)
  const numbers = randomInt(3) === 0 ? [first, 1 + (first % LAST_PART)] : [first]
  const sent = await Promise.all(numbers.map((number) => sendPart(actor, upload, number)))
  return !sent.includes(false)
}

async function sendPart(actor: Actor, upload: Upload, number: number): Promise<boolean> {
  const slice = number === LAST_PART ? anySlice(actor) : newSlice([MIN_PART_BYTES, MIN_PART_BYTES + 1, 200_000])
  return await keepPart(actor, upload, number, slice, bytesOf([slice]), {})
}

/** Makes a part from bytes of an object. */
export const copyPart: Step = async (actor) => {
  const source = anyObject(actor, (one) => sizeOf(one) > MIN_PART_BYTES && one.slices.length === 1)
  const upload = pick(uploadsOf(actor))
  const from = source?.thing.slices[0]
  if (source === undefined || from === undefined || upload === undefined) return true
  const start = randomInt(from.size - MIN_PART_BYTES)
  const slice = { offset: from.offset + start, size: MIN_PART_BYTES }
  const headers = {
    'x-oss-copy-source': `/${BUCKET}/${source.key}`,
    'x-oss-copy-source-range': `bytes=${start}-${start + MIN_PART_BYTES - 1}`,
  }
  return await keepPart(actor, upload, 1 + randomInt(LAST_PART), slice, new Uint8Array(), headers)
}

async function keepPart(
  actor: Actor,
  { key, id }: Upload,
  number: number,
  slice: Slice,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<boolean> {
  const changes = [new Map([[partName(key, id, number), thing('part', [slice])]])]
  const query = [['partNumber', String(number)] as const, idOf(id)]
  const what = body.length === 0 ? 'copied part' : 'part'
  return await survives(actor, { what, sent: { method: 'PUT', key, query, headers, body }, changes })
}

export const complete: Step = async (actor) => {
  const upload = pick(uploadsOf(actor))
  if (upload === undefined) return true
  const { key, id } = upload
  const parts = partsOf(actor, upload)
  if (parts.length === 0) return await sendParts(actor)
  const made = thing(
    'Multipart',
    parts.flatMap(({ part }) => part.slices),
  )
  const changes = [new Map<string, Thing | undefined>([[objectName(key), made], ...gone(upload, parts)])]
  const listed = randomInt(2) === 0
  const headers = listed ? {} : { 'x-oss-complete-all': 'yes' }
  const body = Buffer.from(listed ? partList(parts) : '')
  return await survives(actor, {
    what: 'complete',
    sent: { method: 'POST', key, query: [idOf(id)], headers, body },
    changes,
  })
}

export const abort: Step = async (actor) => {
  const upload = pick(uploadsOf(actor))
  if (upload === undefined) return true
  const sent = { method: 'DELETE', key: upload.key, query: [idOf(upload.id)] }
  return await survives(actor, { what: 'abort', sent, changes: [new Map(gone(upload, partsOf(actor, upload)))] })
}

interface NumberedPart {
  readonly number: number
  readonly part: Thing
}

function uploadsOf({ number, expected }: Actor): Upload[] {
  const prefix = `actor-${number}/`
  return expected.below(`upload ${prefix}`).map(({ rest }) => {
    const [key = '', id = ''] = rest.split(' ')
    return { key: prefix + key, id }
  })
}

function partsOf({ expected }: Actor, { key, id }: Upload): NumberedPart[] {
  const parts = expected.below(`part ${key} ${id} `).map(({ rest, thing: part }) => ({ number: Number(rest), part }))
  return parts.sort((one, other) => one.number - other.number)
}

function gone({ key, id }: Upload, parts: readonly NumberedPart[]): [string, undefined][] {
  return [uploadName(key, id), ...parts.map(({ number }) => partName(key, id, number))].map((name) => [name, undefined])
}

function partList(parts: readonly NumberedPart[]): string {
  const items = parts.map(
    ({ number, part }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etagOf(part)}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`
}

function idOf(id: string): readonly [string, string] {
  return ['uploadId', id]
}
