export interface ListedObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** ISO 8601. */
  readonly modified: string
  readonly url: string
}

/** What `GET /dev/objects` of `postern dev` answers. */
export interface BucketList {
  /** The last one first. */
  readonly objects: readonly ListedObject[]
  /** How many objects were looked at. */
  readonly total: number
  /** Whether those are all that there are. */
  readonly isComplete: boolean
}

/** `undefined` where it is no such answer. */
export function parseBucketList(value: unknown): BucketList | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const members = new Map<string, unknown>(Object.entries(value))
  const [objects, total] = [members.get('objects'), members.get('total')]
  if (!Array.isArray(objects) || !objects.every(isObject) || typeof total !== 'number') return undefined
  return { objects, total, isComplete: members.get('isComplete') !== false }
}

function isObject(value: unknown): value is ListedObject {
  if (typeof value !== 'object' || value === null) return false
  const { key, size, modified, url } = { key: 0, size: '', modified: 0, url: 0, ...value }
  return [key, modified, url].every((text) => typeof text === 'string') && typeof size === 'number'
}
