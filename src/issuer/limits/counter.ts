import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'

/** Counts points by name in windows of one length, up to a limit. */
export interface Counter {
  /** Adds points; gives the milliseconds until there is room again, where they go over the limit. */
  readonly add: (name: string, points: number) => Promise<number | undefined>
  readonly takeBack: (name: string, points: number) => Promise<void>
}

export interface CounterOptions {
  /** What is counted, for people: `forms`. */
  readonly kind: string
  readonly points: number
  readonly windowSeconds: number
}

/** The library throws its result where the limit is passed, and anything else where it could not count. */
export async function consume(
  limiter: RateLimiterAbstract,
  name: string,
  points: number,
): Promise<{ readonly result: RateLimiterRes; readonly isOver: boolean }> {
  try {
    return { result: await limiter.consume(name, points), isOver: false }
  } catch (error) {
    if (error instanceof RateLimiterRes) return { result: error, isOver: true }
    throw error
  }
}
