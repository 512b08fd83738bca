import { PosternError } from '../../base/issuer-errors.ts'
import { createRedis } from '../redis.ts'
import { networkOf } from './client-address.ts'
import type { Counter, CounterOptions } from './counter.ts'
import { createInsure, insuredCounter, insuredOpenUploads } from './insured.ts'
import { memoryCounter } from './memory-counter.ts'
import { memoryOpenUploads, type OpenUploads } from './open-uploads.ts'
import { type LimitOptions, readLimits } from './read-limits.ts'
import { redisCounter } from './redis-counter.ts'
import { createNameInRedis } from './redis-name.ts'
import { redisOpenUploads } from './redis-open-uploads.ts'

/** An upload as it is counted when it is let through. */
export interface CountedUpload {
  /** Names it and no other. */
  readonly id: string
  /** The most that can be stored with it. */
  readonly bytes: number
  /** Until when it can begin, Unix milliseconds; it counts as open so long, unless it ends before. */
  readonly expires: number
  /**
   * Whether it can store one object once, so that the size that is reported of it is the last word. A form for a folder, or one
   * that may overwrite its own object, can store again after the report.
   */
  readonly isOnce: boolean
}

/** What nobody may do too often. Each `count…` throws `too-many-requests`. */
export interface Limits {
  /** A request for a form, before anybody is asked who it is from. */
  readonly countRequest: (address: string | undefined) => Promise<void>
  /** A form, a URL or a token that somebody is about to get. */
  readonly countForm: (subject: string) => Promise<void>
  /** An upload that somebody is about to be let do; whoever lets it counts it first. */
  readonly countUpload: (admission: { readonly subject: string }, upload: CountedUpload) => Promise<void>
  /** The upload was completed, with this many bytes, or aborted, with none. Called twice, it does nothing the second time. */
  readonly uploadEnded: (id: string, bytes: number) => Promise<void>
}

export interface LimitsSetup {
  readonly limits: LimitOptions | false | undefined
  /** Issuers for different buckets can share a Redis. */
  readonly bucket: string
  readonly now: () => Date
  readonly onError: (error: unknown) => void
}

const DAY_MS = 86_400_000
const nothing = async () => {}
const NO_LIMITS: Limits = { countRequest: nothing, countForm: nothing, countUpload: nothing, uploadEnded: nothing }

/** Limits in this process, or in all that share a Redis. docs/guide/limits.md */
export function createLimits(setup: LimitsSetup): Limits {
  if (setup.limits === false) return NO_LIMITS
  const rules = readLimits(setup.limits)
  const { counter, openUploads } = createBooks(setup, rules.redis)
  const requests = counter({ kind: 'requests', points: rules.formsPerMinutePerAddress, windowSeconds: 60 })
  const forms = counter({ kind: 'forms', points: rules.formsPerMinute, windowSeconds: 60 })
  const bytes = counter({ kind: 'bytes', points: rules.bytesPerDay, windowSeconds: DAY_MS / 1000 })
  const open = openUploads(rules.openUploads)

  async function countBytes(bytesName: string, added: number, now: number): Promise<void> {
    if ((await bytes.add(bytesName, added)) === undefined) return
    await bytes.takeBack(bytesName, added) // a smaller file may still fit
    throw tooMany('bytesPerDay', rules.bytesPerDay, endOfDay(now) - now)
  }

  return {
    async countRequest(address) {
      if (address === undefined) return
      const waitMs = await requests.add(networkOf(address), 1)
      if (waitMs !== undefined) throw tooMany('formsPerMinutePerAddress', rules.formsPerMinutePerAddress, waitMs)
    },

    async countForm(subject) {
      const waitMs = await forms.add(subject, 1)
      if (waitMs !== undefined) throw tooMany('formsPerMinute', rules.formsPerMinute, waitMs)
    },

    async countUpload({ subject }, { id, bytes: most, expires, isOnce }) {
      const now = setup.now().getTime()
      const bytesName = `${new Date(now).toISOString().slice(0, 10)} ${subject}`
      const keptUntil = Math.max(expires, endOfDay(now))
      const waitMs = await open.open({ id, subject, bytes: most, bytesName, isOnce, expires, keptUntil }, now)
      if (waitMs !== undefined) throw tooMany('openUploads', rules.openUploads, waitMs)
      try {
        await countBytes(bytesName, most, now)
      } catch (error) {
        await open.end(id)
        throw error
      }
    },

    async uploadEnded(id, stored) {
      const upload = await open.end(id)
      if (upload?.isOnce && stored < upload.bytes) await bytes.takeBack(upload.bytesName, upload.bytes - stored)
    },
  }
}

interface Books {
  readonly counter: (options: CounterOptions) => Counter
  readonly openUploads: (maxPerSubject: number) => OpenUploads
}

/** Where it is all written down. */
function createBooks({ bucket, onError }: LimitsSetup, redisUrl: string | undefined): Books {
  if (redisUrl === undefined) return { counter: memoryCounter, openUploads: memoryOpenUploads }
  const redis = createRedis(redisUrl)
  const nameOf = createNameInRedis(bucket)
  const insure = createInsure(onError)
  return {
    counter: (options) => insuredCounter(insure, redisCounter(options, redis, nameOf), memoryCounter(options)),
    openUploads: (max) => insuredOpenUploads(insure, redisOpenUploads(max, redis, nameOf), memoryOpenUploads(max)),
  }
}

function endOfDay(now: number): number {
  return (Math.floor(now / DAY_MS) + 1) * DAY_MS
}

const SENTENCES = {
  formsPerMinute: 'You have asked for too many forms.',
  formsPerMinutePerAddress: 'Too many forms were asked for from this address.',
  bytesPerDay: 'You have stored, or may still store, as much as is allowed in a day.',
  openUploads: 'Too many of your uploads have begun and not ended.',
}

function tooMany(limit: keyof typeof SENTENCES, allowed: number, waitMs: number): PosternError {
  const seconds = `${Math.max(1, Math.ceil(waitMs / 1000))}`
  const facts = { Limit: limit, Allowed: `${allowed}`, RetryAfterSeconds: seconds }
  return new PosternError('too-many-requests', `${SENTENCES[limit]} Try again in ${seconds} seconds.`, facts)
}
