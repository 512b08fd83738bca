import type { RequestForm } from '../client/uploader-options.ts'
import { formFromAnswer } from '../form/vendor-answer.ts'

/** Asks as the vendor's front ends do, and makes the form that they make of the answer. */
export const requestSignature: RequestForm = async (ask, file, route) => {
  const query = route === undefined ? '' : `?route=${encodeURIComponent(route)}`
  return formFromAnswer(await ask(`get_post_signature_for_oss_upload${query}`), file)
}
