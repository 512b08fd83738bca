import { PosternError } from '../base/errors.ts'

/** Why a request gave no answer: its caller cancelled it, or the connection was lost. `detail` says the latter. */
export function noAnswer(detail: string, signal?: AbortSignal, cause?: unknown): PosternError {
  return signal?.aborted === true
    ? aborted()
    : new PosternError('network-lost', detail, {}, { cause, retry: 'same-form' })
}

/** The upload was cancelled by whoever started it. */
export function aborted(): PosternError {
  return new PosternError('upload-aborted', 'The upload was cancelled before the store had answered.')
}

/** A module that is loaded only when it is needed. Where it cannot be had, it is the network's fault, and tried again. */
export function loaded<Module>(module: Promise<Module>): Promise<Module> {
  return module.catch((cause) => {
    throw noAnswer('A part of the program could not be loaded.', undefined, cause)
  })
}
