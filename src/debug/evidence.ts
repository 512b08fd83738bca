import type { ReceivedFields } from '../form/upload-form.ts'
import type { Headers } from '../sign/canonical-request.ts'

/** A form or a request as it was sent, as far as one can tell afterwards. */
export type Sent = SentForm | SentRequest

export interface SentForm {
  readonly kind: 'form'
  readonly url: string | undefined
  readonly fields: ReceivedFields
}

export interface SentRequest {
  readonly kind: 'request'
  readonly method: string
  /** As it was written: what a URL object would fold is part of the signature. */
  readonly url: string
  readonly headers: Headers
}

/** What the store said of it. */
export interface Answer {
  /** `SignatureDoesNotMatch`. */
  readonly code: string | undefined
  readonly message: string | undefined
  readonly stringToSign: string | undefined
  readonly canonicalRequest: string | undefined
  readonly signatureProvided: string | undefined
  readonly accessKeyId: string | undefined
  readonly serverTime: Date | undefined
}

/** All that is known of one refusal. */
export interface Evidence {
  readonly sent?: Sent
  readonly answer?: Answer
  /** When it was sent, where that is told. */
  readonly at?: Date
}

/** What was given cannot be read as a request, a form or an answer; the message says what to give. */
export class DebugError extends Error {
  override readonly name = 'DebugError'
}
