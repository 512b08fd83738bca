import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy, type UppyFile } from '@uppy/core'
import { createAsk } from '../client/ask-issuer.ts'
import { browserTransport } from '../client/browser-transport.ts'
import { createUploader, PARTS_FROM } from '../client/create-uploader.ts'
import { createServerClock } from '../client/server-clock.ts'
import type { Upload, UploadedObject } from '../client/upload-handle.ts'
import type { Uploader, UploaderOptions } from '../client/uploader-options.ts'
import { en } from '../locales/en.ts'
import type { Locale } from '../locales/locale.ts'
import { createFileUploads, type FileUploads } from './file-uploads.ts'
import { fileOf } from './follow-upload.ts'
import { namedFile } from './named-file.ts'
import { objectMeta } from './object-meta.ts'
import { readRestrictions, restrict } from './route-restrictions.ts'
import { shownError } from './shown-error.ts'

/** What Uppy has of a stored file, as `file.response.body`: the object, as `postern/client` tells of it. */
export type PosternBody = { readonly [Name in keyof UploadedObject]: UploadedObject[Name] }

/** What `uppy.use(Postern, …)` takes: what `createUploader` does, and what concerns Uppy. */
export interface PosternOptions<Routes extends string = string> extends UploaderOptions<Routes>, PluginOpts {
  /** Which of Uppy's metadata become the object's, as far as the route takes them; none. */
  readonly metaFields?: readonly string[]
  /** In which words people read why a file was not stored: `zhCN` of `postern/locales`; English. */
  readonly errorLocale?: Locale
  /** Whether Uppy learns the route's rules, so that it refuses a file when it is chosen; it does. What the application restricts stays as it is. */
  readonly restrictByRoute?: boolean
}

const STRINGS = {
  finalising: 'Finishing…',
  noContent: 'The content of this file is not here any more. Choose the file again.',
  remoteFile:
    'A file that another service holds cannot be sent from here. Save it on this device, and choose it there.',
}

/**
 * Uploads Uppy's files as `postern/client` does.
 *
 * @example
 * const uppy = new Uppy<Meta, PosternBody>().use(Postern, { endpoint: 'https://app.example', route: 'photos' })
 * uppy.on('upload-success', (_, { uploadURL, body }) => show(uploadURL, body?.key))
 *
 * @see docs/guide/uppy.md
 */
export class Postern<M extends Meta, B extends Body> extends BasePlugin<PosternOptions, M, B> {
  readonly #uploader: Uploader
  readonly #uploads: FileUploads<M, B>
  #undo: (() => void)[] = []

  constructor(uppy: Uppy<M, B>, options: PosternOptions) {
    super(uppy, options)
    this.id = options.id ?? 'Postern'
    this.type = 'uploader'
    this.defaultLocale = { strings: STRINGS }
    this.i18nInit()
    this.#uploader = createUploader({ ...options, headers: this.#headers })
    this.#uploads = createFileUploads(uppy, {
      begin: (file) => this.#begin(file),
      mayBeKept: (file) => this.#mayBeKept(file),
      // What a body holds is the application's to say, as with each uploader of Uppy's; this is what it holds.
      bodyOf: (object: PosternBody) => object as unknown as B,
      errorOf: (error) => shownError(error, this.opts.errorLocale ?? en),
      finalising: () => this.i18n('finalising'),
    })
  }

  override install() {
    this.#undo = [this.#takeOver(), this.#listen()]
    if (this.opts.restrictByRoute !== false && this.opts.requestForm === undefined) void this.#restrict()
  }

  override uninstall() {
    for (const undo of this.#undo.splice(0)) undo()
    this.#uploads.end()
  }

  /** Whoever signs in while the page is open brings others by `setOptions`. */
  readonly #headers = async () => {
    const { headers = {} } = this.opts
    return typeof headers === 'function' ? await headers() : headers
  }

  readonly #uploadAll = async (ids: string[]) => {
    const files = ids.flatMap((id) => fileOf(this.uppy, id) ?? []).filter((file) => this.#isToStart(file))
    // Golden Retriever brings back how much was sent, which this event would set to nothing.
    const fresh = files.filter(({ isRestored, progress }) => isRestored !== true || progress.uploadStarted === null)
    this.uppy.emit('upload-start', fresh)
    for (const { id } of files) {
      const file = fileOf(this.uppy, id)
      if (file !== undefined) this.#uploads.start(file)
    }
    await this.#uploads.over(ids)
  }

  /** A batch that Golden Retriever brings back holds those, too, that are stored. */
  #isToStart({ id, error, progress }: UppyFile<M, B>): boolean {
    return !error && progress.uploadComplete !== true && !this.#uploads.isRunning(id)
  }

  #begin(file: UppyFile<M, B>): Upload | Error {
    if (file.isRemote) return new Error(this.i18n('remoteFile'))
    const named = namedFile(file)
    if (named === undefined) return new Error(this.i18n('noContent'))
    const { metaFields = [], route } = this.opts
    const meta = objectMeta(file.meta, metaFields)
    return this.#uploader.upload(named, { ...(route !== undefined && { route }), ...(meta && { meta }) })
  }

  #mayBeKept({ size, progress }: UppyFile<M, B>): boolean {
    const { partsFrom = PARTS_FROM, memory, requestForm } = this.opts
    const goesInParts = requestForm === undefined && memory !== false && (size ?? 0) >= partsFrom
    return goesInParts && Number(progress.bytesUploaded) > 0
  }

  #takeOver(): () => void {
    const { uppy } = this
    const { resumableUploads } = uppy.getState().capabilities
    const setResumable = (isResumable: boolean) =>
      uppy.setState({ capabilities: { ...uppy.getState().capabilities, resumableUploads: isResumable } })
    setResumable(true)
    uppy.addUploader(this.#uploadAll)
    return () => {
      uppy.removeUploader(this.#uploadAll)
      setResumable(resumableUploads)
    }
  }

  #listen(): () => void {
    const { uppy } = this
    const { pause, resume, pauseAll, resumeAll, forget, remove } = this.#uploads
    const onPause = (file: UppyFile<M, B> | undefined, isPaused: boolean) => {
      if (file !== undefined) (isPaused ? pause : resume)(file.id)
    }
    const onRetry = (file: UppyFile<M, B>) => forget([file])
    uppy.on('upload-pause', onPause).on('pause-all', pauseAll).on('resume-all', resumeAll)
    uppy.on('upload-retry', onRetry).on('retry-all', forget).on('file-removed', remove)
    return () => {
      uppy.off('upload-pause', onPause).off('pause-all', pauseAll).off('resume-all', resumeAll)
      uppy.off('upload-retry', onRetry).off('retry-all', forget).off('file-removed', remove)
    }
  }

  async #restrict(): Promise<void> {
    const { opts, uppy } = this
    const stop = new AbortController()
    this.#undo.push(() => stop.abort())
    const ask = createAsk(
      { ...opts, headers: this.#headers },
      opts.transport ?? browserTransport(opts),
      createServerClock(),
    )
    try {
      const query = opts.route === undefined ? '' : `?route=${encodeURIComponent(opts.route)}`
      const restrictions = readRestrictions(
        await ask(`uploads${query}`, undefined, stop.signal),
        opts.partsFrom !== Number.POSITIVE_INFINITY,
      )
      if (!stop.signal.aborted) this.#undo.push(restrict(uppy, restrictions))
    } catch (error) {
      // Nothing is lost: the issuer judges each file when it is asked for a form.
      if (!stop.signal.aborted) uppy.log(`[Postern] The rules of the route are not known: ${error}`, 'warning')
    }
  }
}

declare module '@uppy/core' {
  interface PluginTypeRegistry<M extends Meta, B extends Body> {
    Postern: Postern<M, B>
  }
  interface UppyEventMap<M extends Meta, B extends Body> {
    /** An upload of `postern/client` begins: for what Uppy has no event for, as its `retry` while the network is away. */
    'postern:upload': (file: UppyFile<M, B> | undefined, upload: Upload) => void
  }
}
