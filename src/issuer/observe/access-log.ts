import type { Logger } from '../../observe/logger.ts'
import type { EndedRequest, IssuerWatcher } from './watcher.ts'

const MAX_SHOWN_CHARACTERS = 256

/**
 * One line for each request, for each upload that has ended, and for each error that is no refusal. An answer that says the issuer
 * could not do its part is a warning. Headers and queries, where secrets are, never come near it.
 */
export function accessLog(logger: Logger): IssuerWatcher {
  return {
    requestEnded(ended) {
      if (ended.status >= 500) logger.warn(requestFields(ended), 'request')
      else logger.info(requestFields(ended), 'request')
    },
    uploadCompleted: (upload) => logger.info({ ...upload }, 'upload completed'),
    uploadRepeated: ({ id, key, user }) => logger.info({ id, key, user }, 'upload reported once more'),
    faultHappened: (error) => logger.error({ err: error }, 'fault'),
  }
}

function requestFields({ method, path, status, durationMs, address, userAgent, about }: EndedRequest): object {
  return {
    client: address,
    method,
    path: path.slice(0, MAX_SHOWN_CHARACTERS),
    status,
    ...about,
    refused: about.refused && Object.fromEntries(about.refused),
    durationMs: Math.round(durationMs * 100) / 100,
    userAgent: userAgent?.slice(0, MAX_SHOWN_CHARACTERS),
  }
}
