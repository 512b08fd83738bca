import type { Registry } from 'prom-client'
import { type Figures, processRegistry, readFigures } from '../../observe/process-metrics.ts'
import type { IssuerWatcher } from './watcher.ts'

type PromClient = typeof import('prom-client')

export interface IssuerMetrics extends IssuerWatcher {
  readonly read: () => Promise<Figures>
}

/**
 * The figures of one issuer, and those of the process it runs in. What a stranger may choose, such as a path or a key, is never a
 * label: every new value would be kept for ever.
 */
export async function createMetrics(): Promise<IssuerMetrics> {
  const prom = await import('prom-client')
  const registry = new prom.Registry()
  processRegistry(prom) // from now on, not from the first reading on
  const { requests, seconds, refusals, uploads, bytes, repeated, faults } = figuresOf(prom, registry)
  return {
    requestEnded({ status, durationMs, about: { endpoint = 'none', error, refused = [] } }) {
      requests.inc({ endpoint, status: `${Math.floor(status / 100)}xx` })
      seconds.observe({ endpoint }, durationMs / 1000)
      if (error !== undefined) refusals.inc({ code: error })
      for (const [code, files] of refused) refusals.inc({ code }, files)
    },
    uploadCompleted({ route, size }) {
      uploads.inc({ route })
      bytes.inc({ route }, size)
    },
    uploadRepeated: ({ route }) => repeated.inc({ route }),
    faultHappened: () => faults.inc(),
    read: () => readFigures(prom, registry),
  }
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

function figuresOf({ Counter, Histogram }: PromClient, registry: Registry) {
  const registers = [registry]
  return {
    requests: new Counter({
      name: 'postern_issuer_requests_total',
      help: 'Requests that are answered, by address and class of status.',
      labelNames: ['endpoint', 'status'],
      registers,
    }),
    seconds: new Histogram({
      name: 'postern_issuer_request_duration_seconds',
      help: 'From the headers of a request to its answer, by address.',
      labelNames: ['endpoint'],
      buckets: SECONDS,
      registers,
    }),
    refusals: new Counter({
      name: 'postern_issuer_refusals_total',
      help: "Requests, and files of a request for several, that were answered with a problem, by its code; a code that grows may be somebody's attempts.",
      labelNames: ['code'],
      registers,
    }),
    uploads: new Counter({
      name: 'postern_issuer_uploads_total',
      help: 'Uploads that were reported to the application, by route.',
      labelNames: ['route'],
      registers,
    }),
    bytes: new Counter({
      name: 'postern_issuer_upload_bytes_total',
      help: 'Bytes of those uploads.',
      labelNames: ['route'],
      registers,
    }),
    repeated: new Counter({
      name: 'postern_issuer_uploads_repeated_total',
      help: 'Uploads that were reported once more, by route: by the other side, by a retry, or by a replay.',
      labelNames: ['route'],
      registers,
    }),
    faults: new Counter({
      name: 'postern_issuer_faults_total',
      help: 'Errors that are no refusal: a bug, or somebody who does not answer. The log has each of them.',
      registers,
    }),
  }
}
