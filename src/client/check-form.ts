import type { PosternError } from '../base/errors.ts'
import { checkForm as failuresOf } from '../form/check-form.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { refusal } from '../policy/refusal.ts'
import type { FileFacts } from './transport.ts'

/** Why the store would refuse this file with this form, found before a byte is sent. */
export function checkForm(form: UploadForm, file: FileFacts, now: Date): PosternError | undefined {
  const [first, ...others] = failuresOf(form, file, now)
  return first && refusal([first, ...others])
}
