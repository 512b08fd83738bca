import type { EndedExchange, RefusedConnection } from '../../http/watch.ts'
import type { Logger } from '../../observe/logger.ts'
import type { StoreWatcher } from './observer.ts'
import { shownTarget } from './shown-target.ts'

const MAX_USER_AGENT_CHARACTERS = 256
/** Turning connections away is cheap, and a line for each would not be. */
const TURNED_AWAY_EVERY_MS = 10_000

/**
 * One line for each request, one for each connection on which no request could be read, one for each error that is no
 * refusal. An answer that says the store could not do its part is a warning.
 */
export function accessLog(logger: Logger, now: () => number = () => performance.now()): StoreWatcher {
  let turnedAway = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return {
    exchangeEnded(exchange) {
      if (isOurFailure(exchange)) logger.warn(exchangeFields(exchange), 'request')
      else logger.info(exchangeFields(exchange), 'request')
    },
    faultHappened: (error, requestId) => logger.error({ requestId, err: error }, 'fault'),
    connectionRefused(connection) {
      if (connection.reason !== 'too-many') {
        logger.info(refusalFields(connection), 'connection refused')
        return
      }
      turnedAway += 1
      if (now() - toldAt < TURNED_AWAY_EVERY_MS) return
      logger.warn({ ...refusalFields(connection), connections: turnedAway }, 'connection refused')
      toldAt = now()
      turnedAway = 0
    },
  }
}

/** 501 is not: it says that the client asked for what this store never does. */
function isOurFailure({ status }: EndedExchange): boolean {
  return status >= 500 && status !== 501
}

function exchangeFields(exchange: EndedExchange): object {
  const { method, target, clientAddress, userAgent, status, about, bytesIn, bytesOut, durationMs, isWhole } = exchange
  const { requestId, operation, bucket, key, caller, error } = about ?? {}
  return {
    requestId,
    client: clientAddress,
    method,
    target: shownTarget(target),
    operation,
    bucket,
    key: key === undefined ? undefined : shownTarget(key),
    caller: caller?.kind,
    accessKeyId: caller?.kind === 'signed' ? caller.accessKeyId : undefined,
    status,
    ...error,
    bytesIn,
    bytesOut,
    durationMs: Math.round(durationMs * 100) / 100,
    aborted: isWhole ? undefined : true,
    userAgent: userAgent?.slice(0, MAX_USER_AGENT_CHARACTERS),
  }
}

function refusalFields({ clientAddress, reason, status }: RefusedConnection): object {
  return { client: clientAddress, status, reason }
}
