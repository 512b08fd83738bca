import { randomBytes } from 'node:crypto'
import { PosternError } from '../../base/request-errors.ts'
import type { GrowingContent } from '../disk/blobs.ts'
import { combineCrc64 } from '../disk/crc64.ts'
import type { Content, ObjectRecord } from '../disk/records.ts'
import { noSuchBucket } from '../request/authorize.ts'
import type { StoreContext } from '../request/context.ts'
import type { ObjectProperties } from './object-properties.ts'
import { discardBytes, nameBytes, type Received } from './receive-bytes.ts'
import { takingTurns } from './turns.ts'

export interface Append {
  readonly bucket: string
  readonly key: string
  readonly position: number
  /** What the object is given where there is none yet. */
  readonly properties: ObjectProperties
  readonly addition: Received
}

/**
 * Puts what was received behind an object's end, or makes the object. Whoever else changes it meanwhile is first or last:
 * of two appends at one position, one is refused.
 */
export async function keepAppended(context: StoreContext, append: Append): Promise<ObjectRecord> {
  let isNamed = false // by a record, as far as we know
  try {
    for (;;) {
      isNamed = false
      const current = context.catalog.object(append.bucket, append.key)
      const fault = appendFault(current, append.position)
      if (fault !== undefined) throw fault
      isNamed = current === undefined
      const made = current === undefined ? await begin(context, append) : await grow(context, append, current)
      if (made !== undefined) return made
    }
  } finally {
    if (!isNamed) await discardBytes(context.blobs, append.addition.content)
  }
}

/** Why nothing can be appended there; `undefined` where it can. */
export function appendFault(current: ObjectRecord | undefined, position: number): PosternError | undefined {
  if (current !== undefined && growingContent(current) === undefined)
    return new PosternError('not-appendable', `It is ${current.type}; only AppendObject makes those that are.`)
  const length = current?.size ?? 0
  if (position === length) return undefined
  return new PosternError('append-position-wrong', `The object has ${length} bytes; the position is ${position}.`, {
    NextAppendPosition: String(length),
  })
}

/** Makes the object; `undefined` where somebody else did meanwhile. */
async function begin(
  context: StoreContext,
  { bucket, key, properties, addition }: Append,
): Promise<ObjectRecord | undefined> {
  const { forbidOverwrite: _, ...described } = properties
  const { size, crc64 } = addition.digest
  const content = growing(addition.content)
  const record: ObjectRecord = { ...described, type: 'Appendable', size, crc64, content, ...newState(context) }
  return await nameBytes(context.blobs, content, async () => {
    const after = await context.catalog.changeObject(bucket, key, ({ current }) => current ?? record)
    if (after === 'no-bucket') throw noSuchBucket(bucket)
    return after === record ? record : undefined
  })
}

/** One growth of a file at a time. Blobs have names that are used once, so the stores of a process share the turns. */
const inTurn = takingTurns()

/** Makes the object longer; `undefined` where it is no more what it was. */
async function grow(context: StoreContext, append: Append, seen: ObjectRecord): Promise<ObjectRecord | undefined> {
  const { bucket, key, addition } = append
  const { catalog, blobs } = context
  const content = growingContent(seen)
  if (content === undefined || addition.digest.size === 0) return seen // "the status of the object is not changed"
  return await inTurn(content.name, async () => {
    if (!endsLike(catalog.object(bucket, key), content)) return undefined
    const grown = await blobs.grow(content, blobs.open(addition.content))
    let made: ObjectRecord | undefined
    try {
      await catalog.changeObject(bucket, key, ({ current }) => {
        made = current && endsLike(current, content) ? longer(context, current, grown, addition) : undefined
        return made ?? current
      })
    } catch (error) {
      if (error instanceof PosternError) await blobs.trim(content)
      throw error
    }
    return made
  })
}

function longer(context: StoreContext, object: ObjectRecord, content: Content, { digest }: Received): ObjectRecord {
  const size = object.size + digest.size
  return {
    ...object,
    content,
    size,
    crc64: combineCrc64(object.crc64, digest.crc64, digest.size),
    ...newState(context),
  }
}

/** Whether this object still has these bytes, and no more. */
function endsLike(object: ObjectRecord | undefined, { name, size }: GrowingContent): boolean {
  const content = object && growingContent(object)
  return content?.name === name && content.size === size
}

/** Only an appendable object's file is its own to grow; a copy of one names the same file. */
function growingContent({ type, content }: ObjectRecord): GrowingContent | undefined {
  return type === 'Appendable' && content.kind === 'blob' && content.grows ? { ...content, grows: true } : undefined
}

function growing(content: Content): GrowingContent {
  if (content.kind === 'blob') return { ...content, grows: true }
  throw new Error('The first bytes of an appendable object were kept inline.')
}

/** An ETag that no other state of any object has: it is no MD5, which would have to be computed over all that is there. */
function newState({ now }: StoreContext): Pick<ObjectRecord, 'etag' | 'modified'> {
  return { etag: `"${randomBytes(16).toString('hex').toUpperCase()}"`, modified: now().getTime() }
}
