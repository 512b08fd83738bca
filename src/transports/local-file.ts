import type { FileFacts } from '../client/transport.ts'

/** A file of a mini-program, where it lies: `wx.chooseMedia` and `wx.chooseMessageFile` give path and size. */
export interface LocalFile extends FileFacts {
  /** What the platform calls it: `wxfile://tmp_…`, `https://resource/…`. */
  readonly path: string
}
