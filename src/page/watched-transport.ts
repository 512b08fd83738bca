import { PosternError } from '../base/errors.ts'
import type { Answer, NamedBlob, Transport } from '../client/transport.ts'
import type { UploadForm } from '../form/upload-form.ts'

export interface TransportWatch {
  /** Each form, as it is sent. */
  readonly onForm?: ((form: UploadForm) => void) | undefined
  /** No answer came, or one that asks for patience: the uploader tries again. */
  readonly onTrouble: (reason: PosternError) => void
  readonly onAnswer: () => void
}

/** A transport that tells how it fares. */
export function watchedTransport(
  transport: Transport<NamedBlob>,
  { onForm, onTrouble, onAnswer }: TransportWatch,
): Transport<NamedBlob> {
  async function watched(sending: Promise<Answer>): Promise<Answer> {
    try {
      const answer = await sending
      if (answer.status < 500) onAnswer()
      else onTrouble(new PosternError('store-busy', `It answered with status ${answer.status}.`))
      return answer
    } catch (error) {
      if (error instanceof PosternError && error.code === 'network-lost') onTrouble(error)
      throw error
    }
  }

  const { ask, sendForm, sendBytes } = transport
  return {
    ...transport,
    ask: (question) => watched(ask(question)),
    sendForm(form, file, watch) {
      onForm?.(form)
      return watched(sendForm(form, file, watch))
    },
    ...(sendBytes && { sendBytes: (put, file, watch) => watched(sendBytes(put, file, watch)) }),
  }
}
