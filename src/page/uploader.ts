import { BasePlugin, type PluginOpts, type Uppy, type UppyFile } from '@uppy/core'
import { PosternError } from '../base/errors.ts'
import type { UploadedObject } from '../client/read-response.ts'
import type { NamedBlob, Progress } from '../client/send-form.ts'
import { type UploadOptions, upload } from '../client/upload.ts'
import { wordsFor } from './words.ts'

export type Meta = Record<string, unknown>
/** What Uppy keeps of the answer. */
export type Body = { readonly object: UploadedObject }
type PageFile = UppyFile<Meta, Body>

interface UploaderOptions extends PluginOpts {
  readonly issuer: string
  readonly ask: NonNullable<UploadOptions['ask']>
}

/** A browser opens six connections to a host; some are left for the forms. */
const FILES_AT_ONCE = 3

/** Our client as Uppy's uploader: each file is one form and one POST. */
export class Uploader extends BasePlugin<UploaderOptions, Meta, Body> {
  constructor(uppy: Uppy<Meta, Body>, options: UploaderOptions) {
    super(uppy, options)
    this.id = 'Uploader'
    this.type = 'uploader'
  }

  override install() {
    this.uppy.addUploader(this.#uploadAll)
  }

  override uninstall() {
    this.uppy.removeUploader(this.#uploadAll)
  }

  readonly #uploadAll = async (ids: string[]) => {
    const waiting = this.uppy.getFilesByIds(ids)
    this.uppy.emit('upload-start', waiting)
    const work = async () => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await this.#uploadOne(file)
    }
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, work))
  }

  async #uploadOne(file: PageFile) {
    const cancel = new AbortController()
    const onRemoved = (removed: PageFile) => {
      if (removed.id === file.id) cancel.abort()
    }
    this.uppy.on('file-removed', onRemoved)
    try {
      const object = await this.#send(file, cancel.signal)
      this.uppy.emit('upload-success', file, { status: 200, uploadURL: object.url, body: { object } })
    } catch (error) {
      if (!cancel.signal.aborted) this.uppy.emit('upload-error', file, inWords(refusalOf(error)))
    } finally {
      this.uppy.off('file-removed', onRemoved)
    }
  }

  #send(file: PageFile, signal: AbortSignal): Promise<UploadedObject> {
    const uploadStarted = Date.now()
    const onProgress = ({ sentBytes, totalBytes }: Progress) =>
      this.uppy.emit('upload-progress', file, { uploadStarted, bytesUploaded: sentBytes, bytesTotal: totalBytes })
    onProgress({ sentBytes: 0, totalBytes: file.size ?? 0 })
    return upload(this.opts.issuer, named(file), { ask: this.opts.ask, signal, onProgress })
  }
}

/** The file as it was picked: its own name and type, not what Uppy made of them. */
function named({ data, name, type }: PageFile): NamedBlob {
  if (data instanceof File) return data
  if (data instanceof Blob) return new File([data], name, { type })
  throw new TypeError(`"${name}" has no content.`)
}

/** What Uppy shows of a failure; the page finds the failure itself as its cause. */
function inWords(cause: PosternError): Error {
  const { title, advice } = wordsFor(cause)
  return new Error(`${title}. ${advice}`, { cause })
}

function refusalOf(error: unknown): PosternError {
  if (error instanceof PosternError) return error
  console.error(error) // a bug of ours: for whoever opens the console
  return new PosternError('internal-error', 'Reload the page and try again.')
}
