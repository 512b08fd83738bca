import { serveExchange } from '../../http/serve-exchange.ts'
import type { HttpServer, ListenOptions, OnServerError } from '../../http/server.ts'
import type { Watcher } from '../../http/watch.ts'
import { createLogger, type LogDestination, type Logger } from '../../observe/logger.ts'
import { accessLog } from './access-log.ts'
import { createMetrics, type Measured, type Metrics } from './metrics.ts'
import { metricsHandler } from './serve-metrics.ts'

export interface ObserverOptions {
  /** A logger, or a destination that lines of JSON are written to: one for each request, and for each error that is no refusal. */
  readonly log?: Logger | LogDestination
  /** Told of every error that is a bug or a broken disk, with the id of the request; standard error is, where there is neither this nor a log. */
  readonly onError?: OnServerError
}

/** Told of what a store does. */
export interface StoreWatcher extends Watcher {
  readonly faultHappened: OnServerError
}

/** Passes on what a store does to its log, its metrics and whoever asked to be told. */
export interface Observer extends StoreWatcher {
  /** Serves the store's figures under `/metrics`; what happens from the first call on counts. */
  listenMetrics(measured: Measured, where?: ListenOptions): Promise<HttpServer>
}

export async function openObserver({ log, onError }: ObserverOptions): Promise<Observer> {
  const watchers: Partial<StoreWatcher>[] = []
  if (log !== undefined) watchers.push(accessLog('info' in log ? log : await createLogger(log)))
  if (onError !== undefined) watchers.push({ faultHappened: onError })
  if (watchers.length === 0) watchers.push({ faultHappened: printFault })

  let metrics: Metrics | undefined

  /** A log that fails must not take the store's answers with it. */
  function tell(what: (watcher: Partial<StoreWatcher>) => void): void {
    for (const watcher of watchers) {
      try {
        what(watcher)
      } catch (error) {
        console.error('postern: the log failed', error)
      }
    }
  }

  const faultHappened: OnServerError = (error, requestId) =>
    tell((watcher) => watcher.faultHappened?.(error, requestId))
  return {
    exchangeEnded: (exchange) => tell((watcher) => watcher.exchangeEnded?.(exchange)),
    connectionRefused: (connection) => tell((watcher) => watcher.connectionRefused?.(connection)),
    faultHappened,
    async listenMetrics(measured, where = {}) {
      if (metrics === undefined) {
        metrics = await createMetrics(measured)
        watchers.push(metrics)
      }
      return await serveExchange(metricsHandler(metrics), { ...where, onError: faultHappened })
    },
  }
}

function printFault(error: unknown, requestId?: string): void {
  console.error(requestId === undefined ? 'postern: a fault' : `postern: request ${requestId} failed`, error)
}
