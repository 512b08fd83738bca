import type { RequestForm } from '../client/uploader-options.ts'
import { formFromAnswer } from '../form/vendor-answer.ts'

/**
 * Asks an issuer that answers as the vendor's samples do, and makes the form that their front ends make: the key is the
 * issuer's folder and the file's name. Nothing is told of the file, so the issuer's rules are those of its policy.
 *
 * @example
 * const uploader = createUploader({ endpoint: 'https://app.example', requestForm: requestSignature })
 *
 * @see docs/spec/direct-upload-server.md sections 1.2 and 2
 */
export const requestSignature: RequestForm = async (ask, file, route) => {
  const query = route === undefined ? '' : `?route=${encodeURIComponent(route)}`
  return formFromAnswer(await ask(`get_post_signature_for_oss_upload${query}`), file)
}
