import * as v from 'valibot'
import type { Redis } from '../redis.ts'
import type { OpenUploads } from './open-uploads.ts'
import type { NameInRedis } from './redis-name.ts'

const Upload = v.object({
  id: v.string(),
  subject: v.string(),
  bytes: v.number(),
  bytesName: v.string(),
  isOnce: v.boolean(),
  expires: v.number(),
  keptUntil: v.number(),
})

/** KEYS: a subject's open uploads by their end, an upload. ARGV: now, how many are allowed, id, expires, upload, ms to keep it. */
const OPEN = `
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[1])
if redis.call('zcard', KEYS[1]) >= tonumber(ARGV[2]) then return redis.call('zrange', KEYS[1], 0, 0, 'withscores')[2] end
redis.call('zadd', KEYS[1], ARGV[4], ARGV[3])
redis.call('pexpire', KEYS[1], math.max(redis.call('pttl', KEYS[1]), tonumber(ARGV[4]) - tonumber(ARGV[1])))
redis.call('set', KEYS[2], ARGV[5], 'PX', ARGV[6])
return false`

/** KEYS: an upload. */
const TAKE = `
local upload = redis.call('get', KEYS[1])
redis.call('del', KEYS[1])
return upload`

/** The open uploads of all processes; each step is one script, so nothing happens between. Throws whatever Redis throws. */
export function redisOpenUploads(maxPerSubject: number, redis: Redis, nameOf: NameInRedis): OpenUploads {
  const openName = (subject: string) => `postern:open:${nameOf(subject)}`
  const uploadName = (id: string) => `postern:upload:${nameOf(id)}`
  return {
    async open(upload, now) {
      const { id, subject, expires, keptUntil } = upload
      const keys = [openName(subject), uploadName(id)]
      const args = [now, maxPerSubject, id, expires, JSON.stringify(upload), Math.max(1, keptUntil - now)]
      const first: unknown = await redis.use((client) => client.eval(OPEN, keys.length, ...keys, ...args))
      return first === null ? undefined : Number(first) - now
    },
    async end(id) {
      const text: unknown = await redis.use((client) => client.eval(TAKE, 1, uploadName(id)))
      if (typeof text !== 'string') return undefined
      const upload = v.parse(Upload, JSON.parse(text))
      await redis.use((client) => client.zrem(openName(upload.subject), id))
      return upload
    },
  }
}
