import type { Registry } from 'prom-client'
import type { HttpServer, ServerLoad } from '../../http/server.ts'
import type { EndedExchange } from '../../http/watch.ts'
import { type Figures, processRegistry, readFigures } from '../../observe/process-metrics.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { StoreWatcher } from './observer.ts'

type PromClient = typeof import('prom-client')

/** What the figures are about. */
export interface Measured {
  /** What serves the store; grows as it listens. */
  readonly servers: readonly HttpServer[]
  readonly catalog: Pick<Catalog, 'counts' | 'onCommit' | 'room'>
}

export interface Metrics extends StoreWatcher {
  read(): Promise<Figures>
}

/**
 * The figures of one store, and those of the process it runs in. What a stranger may choose, such as a bucket or a key,
 * is never a label: every new value would be kept for ever.
 */
export async function createMetrics(measured: Measured): Promise<Metrics> {
  const prom = await import('prom-client')
  const registry = new prom.Registry()
  const { requests, refusals, faults, seconds, bytesIn, bytesOut, refusedConnections } = counters(prom, registry)
  addGauges(prom, registry, measured)
  measureCommits(prom, registry, measured)
  processRegistry(prom) // from now on, not from the first reading on

  return {
    exchangeEnded(exchange) {
      const { about, durationMs } = exchange
      const operation = about?.operation ?? 'none'
      requests.inc({ operation, status: statusOf(exchange) })
      seconds.observe({ operation }, durationMs / 1000)
      if (exchange.bytesIn > 0) bytesIn.inc({ operation }, exchange.bytesIn)
      if (exchange.bytesOut > 0) bytesOut.inc({ operation }, exchange.bytesOut)
      if (about?.error !== undefined) refusals.inc({ code: about.error.code })
    },
    connectionRefused: ({ reason }) => refusedConnections.inc({ reason }),
    faultHappened: () => faults.inc(),
    read: () => readFigures(prom, registry),
  }
}

/** From an answer out of memory to a file of 5 GB. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

function counters({ Counter, Histogram }: PromClient, registry: Registry) {
  const registers = [registry]
  return {
    requests: new Counter({
      name: 'postern_http_requests_total',
      help: 'Requests that are over, by operation and class of status: "aborted" where not all of the answer was sent.',
      labelNames: ['operation', 'status'],
      registers,
    }),
    refusals: new Counter({
      name: 'postern_refusals_total',
      help: 'Requests that were answered with an error, by its Code.',
      labelNames: ['code'],
      registers,
    }),
    faults: new Counter({
      name: 'postern_faults_total',
      help: 'Errors that are no refusal: a bug or a broken disk. The log has each of them.',
      registers,
    }),
    seconds: new Histogram({
      name: 'postern_http_request_duration_seconds',
      help: 'From the end of the headers of a request to the end of its answer.',
      labelNames: ['operation'],
      buckets: SECONDS,
      registers,
    }),
    bytesIn: new Counter({
      name: 'postern_http_request_bytes_total',
      help: 'Bytes of request bodies.',
      labelNames: ['operation'],
      registers,
    }),
    bytesOut: new Counter({
      name: 'postern_http_response_bytes_total',
      help: 'Bytes of response bodies.',
      labelNames: ['operation'],
      registers,
    }),
    refusedConnections: new Counter({
      name: 'postern_http_connections_refused_total',
      help: 'Connections that were ended before a request was read on them.',
      labelNames: ['reason'],
      registers,
    }),
  }
}

/** What is looked up when it is asked for, and costs nothing before. */
function addGauges({ Gauge }: PromClient, registry: Registry, { servers, catalog }: Measured): void {
  const sum = (of: (load: ServerLoad) => number): number =>
    servers.reduce((total, server) => total + of(server.load()), 0)
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
  gauge('postern_http_requests_in_flight', 'Requests that are read, handled or answered now.', () =>
    sum(({ requests }) => requests),
  )
  gauge('postern_http_connections', 'Open connections.', () => sum(({ connections }) => connections))
  gauge('postern_objects', 'Objects in all buckets.', () => catalog.counts().objects)
  gauge('postern_uploads', 'Multipart uploads under way.', () => catalog.counts().uploads)
  gauge('postern_blobs', 'Files that hold the bytes of objects and parts.', () => catalog.counts().blobs)
  gauge('postern_disk_full', '1 while what needs room on the disk is refused, else 0.', () =>
    Number(catalog.room.isShort),
  )
}

/** How long the disk takes to make a transaction durable, and how many changes share one. */
function measureCommits({ Histogram }: PromClient, registry: Registry, { catalog }: Measured): void {
  const registers = [registry]
  const seconds = new Histogram({
    name: 'postern_commit_duration_seconds',
    help: 'From the beginning of a transaction of the catalog until it is on the disk.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  })
  const changes = new Histogram({
    name: 'postern_commit_changes',
    help: 'Changes that shared a transaction of the catalog.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  })
  catalog.onCommit((count, ms) => {
    changes.observe(count)
    seconds.observe(ms / 1000)
  })
}

function statusOf({ isWhole, status }: EndedExchange): string {
  return isWhole ? `${Math.floor(status / 100)}xx` : 'aborted'
}
