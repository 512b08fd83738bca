import type { UploadForm } from '../form/upload-form.ts'
import type { FormDesk } from './form-desk.ts'
import type { ServerClock } from './server-clock.ts'
import type { FileFacts, Transport } from './transport.ts'
import type { UploadedObject } from './upload-handle.ts'
import type { AskIssuer, FormRequest, UploadMemory } from './uploader-options.ts'

/** How a file gets there: by one form, or in parts. Each step may fail, and is then taken again; what was reached is kept. */
export interface Way {
  /** Brings the bytes to the store. */
  readonly send: (signal: AbortSignal) => Promise<void>
  /** Hears from the issuer that the object is there, and what the application says. */
  readonly confirm: (signal: AbortSignal) => Promise<UploadedObject>
  /** What was issued is no longer good. */
  readonly renew: () => void
  /** It is over; where it was cancelled, nothing is left behind. */
  readonly end: (isCancelled: boolean) => Promise<void>
}

/** What all uploads of one uploader work with. */
export interface Tools<File extends FileFacts> {
  readonly ask: AskIssuer
  readonly clock: ServerClock
  readonly desk: FormDesk
  readonly transport: Transport<File>
  /** Absent: the browser's own; `false`: none. */
  readonly memory: UploadMemory | false | undefined
  readonly partsAtOnce: number
  /** How fast this uploader's last file was. */
  readonly pace: { bytesPerSecond?: number | undefined }
  /** Sets the uploads of one issuer apart from those of another in the memory. */
  readonly endpoint: string
}

/** One upload, as its way sees it. */
export interface Errand<File extends FileFacts> {
  readonly file: File
  readonly asked: FormRequest
  readonly route: string | undefined
  /** Whether it would have one, were its turn now. */
  needsForm: boolean
  /** Bytes of the file that the store has or is getting; whether they move, and so must go on moving. */
  readonly onSent: (sentBytes: number, isMoving: boolean) => void
  readonly onSending: () => void
  readonly onForm: (form: UploadForm) => void
}
