import * as v from 'valibot'
import type { Size } from '../../base/units.ts'
import { OptionsError } from '../options/faults.ts'
import { faultsOf, members, size, text, whole } from '../options/schema.ts'

/**
 * What one user or one address may ask for. Everything left out is the default; `false` in the place of all of it is no limits.
 *
 * @see docs/guide/limits.md
 */
export interface LimitOptions {
  /** Forms, presigned URLs, temporary credentials and multipart uploads that one user gets in a minute; 600. */
  readonly formsPerMinute?: number
  /** The same from one address, those that are refused included; 3000. An IPv6 address is counted with all of its /64. */
  readonly formsPerMinutePerAddress?: number
  /** Bytes that one user may store in a day (UTC), or `'10GB'`; 500 GB. */
  readonly bytesPerDay?: Size
  /** Uploads of one user that were let through and have not ended; 1000. */
  readonly openUploads?: number
  /** `redis://host:6379`: counts there, for all processes together. Without it, each counts for itself. */
  readonly redis?: string
}

export interface LimitRules {
  readonly formsPerMinute: number
  readonly formsPerMinutePerAddress: number
  readonly bytesPerDay: number
  readonly openUploads: number
  readonly redis?: string | undefined
}

const MOST = 1_000_000_000
const GB = 1024 ** 3
const MAX_OPEN_UPLOADS = 100_000

const LimitsSchema = members({
  formsPerMinute: v.optional(whole(1, MOST), 600),
  formsPerMinutePerAddress: v.optional(whole(1, MOST), 3000),
  bytesPerDay: v.optional(size(1, 1024 ** 2 * GB), 500 * GB),
  openUploads: v.optional(whole(1, MAX_OPEN_UPLOADS), 1000),
  redis: v.optional(
    v.pipe(text(), v.regex(/^rediss?:\/\/[^\s/]/, 'Write an address such as "redis://127.0.0.1:6379".')),
  ),
} satisfies Record<keyof LimitOptions, v.GenericSchema>)

/** Throws an `OptionsError` with all that is wrong. */
export function readLimits(limits: LimitOptions | undefined): LimitRules {
  const result = v.safeParse(LimitsSchema, limits ?? {})
  if (result.success) return result.output
  throw new OptionsError(faultsOf(result.issues, 'limits'))
}
