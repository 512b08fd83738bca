import { keptUntil } from '../kept-until.ts'

/** An upload that was let through and has not ended. */
export interface OpenUpload {
  readonly id: string
  /** Whose it is. */
  readonly subject: string
  /** What it was counted with. */
  readonly bytes: number
  /** The name under which its bytes were counted. */
  readonly bytesName: string
  /** Whether what is reported of it is all that can have been stored. */
  readonly isOnce: boolean
  /** Until when it counts as open, Unix milliseconds. */
  readonly expires: number
  /** Until when a report of it is of use. */
  readonly keptUntil: number
}

/** The uploads of everybody that are open. */
export interface OpenUploads {
  /** Gives the milliseconds until there is room again, where the subject has as many as allowed; notes nothing then. */
  readonly open: (upload: OpenUpload, now: number) => Promise<number | undefined>
  /** What was noted of an upload; the next who asks gets nothing. */
  readonly end: (id: string) => Promise<OpenUpload | undefined>
}

/** Uploads that a process knows, at a few hundred bytes each. */
const MAX_UPLOADS = 200_000

/** In this process, and bounded: beyond the last one the oldest is forgotten, which then counts as ended. */
export function memoryOpenUploads(maxPerSubject: number, maxUploads = MAX_UPLOADS): OpenUploads {
  const openBySubject = new Map<string, Map<string, OpenUpload>>()
  const uploads = keptUntil<OpenUpload>(({ id, subject }) => {
    const open = openBySubject.get(subject)
    open?.delete(id)
    if (open?.size === 0) openBySubject.delete(subject)
  })

  function openOf(subject: string, now: number): Map<string, OpenUpload> {
    const open = openBySubject.get(subject) ?? new Map<string, OpenUpload>()
    for (const [id, { expires }] of open) if (expires <= now) open.delete(id)
    return open
  }

  return {
    async open(upload, now) {
      uploads.forgetEnded(now)
      const open = openOf(upload.subject, now)
      if (open.size >= maxPerSubject) return Math.min(...[...open.values()].map(({ expires }) => expires)) - now
      if (uploads.size() >= maxUploads) uploads.forgetOldest()
      open.set(upload.id, upload)
      openBySubject.set(upload.subject, open)
      uploads.keep(upload.id, upload, upload.keptUntil, now)
      return undefined
    },
    async end(id) {
      const upload = uploads.get(id)
      uploads.forget(id)
      return upload
    },
  }
}
