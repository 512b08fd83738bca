import type { Counter } from './counter.ts'
import type { OpenUploads } from './open-uploads.ts'

/** Does something in Redis; where Redis is away, in this process, which is told once each time Redis goes away. */
export type Insure = <T>(inRedis: () => Promise<T>, inMemory: () => Promise<T>) => Promise<T>

export function createInsure(onError: (error: unknown) => void): Insure {
  let isAway = false
  return async (inRedis, inMemory) => {
    try {
      const result = await inRedis()
      isAway = false
      return result
    } catch (cause) {
      if (!isAway)
        onError(new Error('Redis does not answer. Until it does, each process counts limits by itself.', { cause }))
      isAway = true
      return await inMemory()
    }
  }
}

export function insuredCounter(insure: Insure, inRedis: Counter, inMemory: Counter): Counter {
  return {
    add: (name, points) =>
      insure(
        () => inRedis.add(name, points),
        () => inMemory.add(name, points),
      ),
    takeBack: (name, points) =>
      insure(
        () => inRedis.takeBack(name, points),
        () => inMemory.takeBack(name, points),
      ),
  }
}

/** An upload that was opened while Redis was away may end when it is back. */
export function insuredOpenUploads(insure: Insure, inRedis: OpenUploads, inMemory: OpenUploads): OpenUploads {
  return {
    open: (upload, now) =>
      insure(
        () => inRedis.open(upload, now),
        () => inMemory.open(upload, now),
      ),
    end: async (id) =>
      (await inMemory.end(id)) ??
      (await insure(
        () => inRedis.end(id),
        async () => undefined,
      )),
  }
}
