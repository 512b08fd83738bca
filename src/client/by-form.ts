import { PosternError } from '../base/errors.ts'
import { readJson } from './ask-issuer.ts'
import { checkForm } from './check-form.ts'
import type { TimedForm } from './form-desk.ts'
import { loaded, noAnswer } from './no-answer.ts'
import type { IssuedUpload } from './read-form.ts'
import { readObject } from './read-object.ts'
import { objectOf, readResponse } from './read-response.ts'
import type { Answer, FileFacts } from './transport.ts'
import type { UploadedObject } from './upload-handle.ts'
import type { Errand, Tools, Way } from './way.ts'
import { codeOf, once } from './what-next.ts'

/**
 * One form, or one presigned PUT, for the whole file. It makes one object, however often it is sent: where an answer was
 * lost, the issuer is asked first whether the object is there.
 *
 * @see docs/guide/when-things-go-wrong.md
 */
export function byForm<File extends FileFacts>(errand: Errand<File>, tools: Tools<File>): Way {
  const { file } = errand
  const { ask, clock, desk, transport } = tools
  let form: TimedForm | undefined
  /** Once the store has it. */
  let object: UploadedObject | undefined
  /** Once nobody is left to be told of it. */
  let isTold = false
  /** Once a try has ended without an answer that says no. */
  let mayBeStored = false
  let isRenewed = false

  async function complete(issued: IssuedUpload, known: UploadedObject, signal: AbortSignal): Promise<UploadedObject> {
    try {
      const answer = await ask('uploads/complete', { token: issued.token }, signal)
      isTold = true
      return readObject(known, answer)
    } catch (error) {
      throw once(error)
    }
  }

  /** The object of an earlier try, whose answer was lost. */
  async function find(issued: IssuedUpload, signal: AbortSignal): Promise<UploadedObject | undefined> {
    try {
      return await complete(issued, objectOf(issued, file), signal)
    } catch (error) {
      if (codeOf(error) === 'upload-missing') return undefined
      throw error
    }
  }

  async function currentForm(signal: AbortSignal): Promise<IssuedUpload> {
    if (isRenewed || (form !== undefined && clock.now() >= form.useBefore)) form = undefined
    isRenewed = false
    form ??= await desk.take(errand, signal)
    errand.needsForm = false
    const { issued } = form
    if (issued.method === 'POST') {
      const refusal = checkForm(issued, file, new Date(clock.now()))
      if (refusal !== undefined) throw refusal
      errand.onForm(issued)
    }
    return issued
  }

  async function post(issued: IssuedUpload, signal: AbortSignal): Promise<Answer> {
    // What is sent of the body beyond the size of the fields is the file's: it goes last.
    const onSent = (sent: number, total: number) => errand.onSent(Math.max(0, sent - (total - file.size)), true)
    if (issued.method === 'POST') return await transport.sendForm(issued, file, { signal, onSent })
    if (transport.sendBytes === undefined)
      throw new PosternError(
        'upload-form-malformed',
        'The storage takes no forms, and this platform sends nothing else.',
      )
    return await transport.sendBytes({ ...issued, start: 0, end: file.size }, file, { signal, onSent })
  }

  async function read(
    issued: IssuedUpload,
    answer: Answer,
    wasUnsure: boolean,
    signal: AbortSignal,
  ): Promise<UploadedObject> {
    const hasToken = issued.token !== undefined
    const stored = readResponse(issued, file, answer)
    if (stored !== undefined) {
      isTold = !hasToken || (issued.method === 'POST' && 'callback' in issued.fields)
      return { ...stored, answer: isTold ? readJson(answer.body) : undefined }
    }
    if (answer.status === 0) throw noAnswer('The store gave no answer.')
    const { readError } = await loaded(import('./read-error.ts'))
    const error = readError(answer)
    const { code } = error
    // It is there: only the application has not been told, or we had not been.
    if (hasToken ? code === 'callback-failed' : code === 'object-exists' && wasUnsure) {
      isTold = !hasToken
      return objectOf(issued, file)
    }
    // A browser sends a form twice, and tells nobody, where a connection breaks that it has used before.
    const found = hasToken && code === 'object-exists' ? await find(issued, signal) : undefined
    if (found !== undefined) return found
    mayBeStored = wasUnsure || answer.status >= 500
    throw error
  }

  return {
    async send(signal) {
      if (object === undefined && mayBeStored && form?.issued.token !== undefined)
        object = await find(form.issued, signal)
      if (object !== undefined) return
      const issued = await currentForm(signal)
      errand.onSending()
      const wasUnsure = mayBeStored
      mayBeStored = true
      object = await read(issued, await post(issued, signal), wasUnsure, signal)
    },
    async confirm(signal) {
      if (object === undefined || form === undefined) throw new TypeError('Nothing was sent.')
      return isTold ? object : await complete(form.issued, object, signal)
    },
    renew() {
      isRenewed = true
      errand.needsForm = true
    },
    end: async () => {},
  }
}
