import type { Logger } from '../../observe/logger.ts'
import type { Methods, OnError } from '../handler.ts'
import { accessLog } from './access-log.ts'
import { createMetricsEndpoint, type MetricsAccess } from './metrics-endpoint.ts'
import { type IssuerWatcher, tellAll } from './watcher.ts'

export interface ObserverOptions {
  /** A pino logger, or one like it: a line for each request, each upload that has ended, and each error that is no refusal. */
  readonly log?: Logger
  /** Serves `GET /metrics` for Prometheus: to everybody, or to whoever knows the token. Absent: not at all. */
  readonly metrics?: MetricsAccess
  /** Told of every error that is not the caller's own; written to the console where there is neither this nor a log. */
  readonly onError?: OnError
}

export interface Observer {
  /** Without log and metrics nobody is told of requests, and nothing is timed for them. */
  readonly watcher: Omit<IssuerWatcher, 'requestEnded'> & Partial<IssuerWatcher>
  readonly endpoints: readonly (readonly [string, Methods])[]
}

/** Passes on what an issuer does to its log, its metrics and whoever asked to be told. */
export function createObserver({ log, metrics, onError }: ObserverOptions): Observer {
  const measured = metrics === undefined ? undefined : createMetricsEndpoint(metrics)
  const watchers: Partial<IssuerWatcher>[] = []
  if (log !== undefined) watchers.push(accessLog(log))
  if (measured !== undefined) watchers.push(measured.watcher)
  const watchesRequests = watchers.length > 0
  if (onError !== undefined) watchers.push({ faultHappened: onError })
  else if (log === undefined) watchers.push({ faultHappened: printFault })
  const { requestEnded, ...others } = tellAll(watchers)
  return {
    watcher: { ...others, ...(watchesRequests && { requestEnded }) },
    endpoints: measured === undefined ? [] : [['/metrics', { GET: measured.endpoint }]],
  }
}

function printFault(error: unknown): void {
  console.error(error)
}
