import type { Command } from 'commander'
import type { HttpServer } from '../http/server.ts'
import type { Store } from '../store/open-store.ts'
import { usageError } from './command-error.ts'
import { isLoopback, listening } from './listening.ts'
import { note } from './output.ts'
import { parsePort } from './units.ts'

export interface MetricsOptions {
  readonly metricsPort?: number
  readonly metricsHost?: string
}

export function addMetricsOptions(command: Command): Command {
  return command
    .option(
      '--metrics-port <port>',
      'serve metrics for Prometheus there, under /metrics; 0 takes a free port',
      parsePort,
    )
    .option('--metrics-host <host>', 'address for the metrics (default: 127.0.0.1)')
}

/** Serves the metrics where the options ask for it. */
export async function listenMetrics(
  store: Store,
  { metricsPort: port, metricsHost }: MetricsOptions,
): Promise<HttpServer | undefined> {
  if (port === undefined) {
    if (metricsHost !== undefined) throw usageError('--metrics-host goes with --metrics-port. Give both.')
    return undefined
  }
  const host = metricsHost ?? '127.0.0.1'
  const where = { host, port, option: '--metrics-port', hostOption: '--metrics-host' }
  const server = await listening(where, store.listenMetrics)
  if (!isLoopback(host)) note(`Other machines can read the metrics on ${host}.`)
  return server
}
