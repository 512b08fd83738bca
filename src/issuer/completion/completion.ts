import type { StoredObject } from '../storage/storage-client.ts'
import type { UploadFacts } from '../token/upload-token.ts'

/** An upload that has ended well: what was allowed, and what is in the storage now. */
export interface CompletedUpload {
  /** Names this upload: the same however often, and from whichever side, it is reported. */
  readonly id: string
  readonly route: string
  readonly bucket: string
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** Who asked for the form. */
  readonly user: string
}

/** The hook that hears of each upload, once; what it returns goes back to the browser as JSON. */
export type OnUploaded = (upload: CompletedUpload) => unknown

/** Reports an upload to the application exactly once, and gives what it answered to everybody who reports the same. */
export interface Completion {
  readonly complete: (facts: UploadFacts, object: StoredObject) => Promise<unknown>
}

/** Keeps in memory, until its token ends, which upload was reported and what the application answered. */
export function createCompletion(bucket: string, onUploaded: OnUploaded | undefined, now: () => Date): Completion {
  const reported = new Map<string, { readonly answer: Promise<unknown>; readonly expires: number }>()
  return {
    complete(facts, { key, size, type, etag }) {
      const known = reported.get(facts.id)
      if (known !== undefined) return known.answer
      forgetOld(reported, now())
      const { id, route, user, expires } = facts
      const upload: CompletedUpload = { id, route, bucket, key, size, type, etag, user }
      const answer = (async () => onUploaded?.(upload))()
      reported.set(id, { answer, expires })
      answer.catch(() => reported.delete(id)) // a hook that failed is asked again
      return answer
    },
  }
}

/** A map keeps the order in which its entries came, and tokens live about equally long. */
function forgetOld(reported: Map<string, { readonly expires: number }>, now: Date): void {
  for (const [id, { expires }] of reported) {
    if (expires > now.getTime()) return
    reported.delete(id)
  }
}
