import { browserTransport } from '../client/browser-transport.ts'
import { aborted, noAnswer } from '../client/no-answer.ts'
import type { Answer, FileFacts, SendWatch, Transport } from '../client/transport.ts'
import { headersOf } from './platform-call.ts'

/** A file of a phone, where it lies: pickers of React Native give its address and size. */
export interface NativeFile extends FileFacts {
  /** `file://…`, `content://…`. */
  readonly uri: string
}

interface NativePart {
  readonly headers: Readonly<Record<string, string>>
  readonly fieldName?: string
}

/** React Native's own `FormData`: a value may be a file by its address, and `getParts` is what is sent. */
interface NativeForm {
  append(name: string, value: string | { readonly uri: string; readonly type: string }): void
  getParts?(): readonly NativePart[]
}

declare const FormData: new () => NativeForm

/**
 * How React Native sends: every file by one form, streamed by the platform from where it lies.
 *
 * @example
 * const uploader = createUploader({ endpoint: 'https://app.example', transport: reactNativeTransport() })
 * const { url } = await uploader.upload({ name: 'photo.jpg', type: 'image/jpeg', size, uri }).done
 *
 * @see docs/guide/react-native.md
 */
export function reactNativeTransport(): Transport<NativeFile> {
  return {
    ask: browserTransport({}).ask,
    sendForm: ({ url, fields }, file, watch) => post(url, formOf(fields, file), watch),
  }
}

function formOf(fields: Readonly<Record<string, string>>, { uri, name, type }: NativeFile): NativeForm {
  const form = new FormData()
  const ownParts = form.getParts?.bind(form)
  if (ownParts === undefined)
    throw new TypeError('This is no React Native: its FormData takes no file by address. Leave the transport out.')
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', { uri, type: type || 'application/octet-stream' }) // last: the store ignores every field after it
  form.getParts = () =>
    ownParts().map((part) =>
      part.fieldName === 'file'
        ? { ...part, headers: { 'content-disposition': disposition(name), ...typeOf(part) } }
        : part,
    )
  return form
}

function typeOf({ headers }: NativePart): Record<string, string> {
  const type = headers['content-type']
  return type === undefined ? {} : { 'content-type': type }
}

/**
 * Versions from 0.74 write `filename*` beside the name, which OSS refuses; older ones lose what is not ASCII. So the name is
 * written here, in ASCII; the issuer has the whole name already.
 *
 * @see docs/spec/direct-upload-server.md section 3
 * @see https://github.com/facebook/react-native/pull/46543
 */
function disposition(name: string): string {
  return `form-data; name="file"; filename="${name.replace(/[^ -~]|["\\/]/g, '_')}"`
}

async function post(url: string, form: NativeForm, { onSent, signal }: SendWatch): Promise<Answer> {
  if (signal.aborted) throw aborted()
  const request = new XMLHttpRequest()
  const abort = () => request.abort()
  signal.addEventListener('abort', abort)
  await new Promise((resolve) => {
    request.upload.onprogress = ({ loaded, total }) => onSent(loaded, total)
    request.onloadend = resolve
    request.open('POST', url)
    Reflect.apply(request.send, request, [form])
  })
  signal.removeEventListener('abort', abort)
  if (request.status === 0) throw noAnswer(`The store at ${url} did not answer, or the connection was lost.`, signal)
  const lines = request.getAllResponseHeaders().split('\r\n')
  const headers = lines.map((line) => [line.split(':', 1).join(''), line.replace(/^[^:]*:\s*/, '')])
  return { status: request.status, headers: headersOf(Object.fromEntries(headers)), body: request.responseText }
}
