import { checkForm } from '../form/check-form.ts'
import { refusal } from '../policy/refusal.ts'
import { readResponse, type UploadedObject } from './read-response.ts'
import { type RequestOptions, requestForm } from './request-form.ts'
import { type NamedBlob, type SendOptions, sendForm } from './send-form.ts'

export interface UploadOptions extends RequestOptions, SendOptions {
  /** How the issuer is asked; `requestSignature` for one that answers as the vendor's samples do. */
  readonly ask?: typeof requestForm
}

/**
 * Puts one file into the store: asks the issuer for a form, checks it before a byte is sent, sends it, reads the answer.
 *
 * @example
 * const { url } = await upload('https://app.example', file, { onProgress: ({ sentBytes }) => show(sentBytes) })
 *
 * @see docs/guide/browser.md
 */
export async function upload(issuer: string, file: NamedBlob, options: UploadOptions = {}): Promise<UploadedObject> {
  const { ask = requestForm } = options
  const form = await ask(issuer, file, options)
  const [first, ...others] = checkForm(form, file)
  if (first !== undefined) throw refusal([first, ...others])
  return readResponse(form, file, await sendForm(form, file, options))
}
