import type { Registry } from 'prom-client'

type PromClient = typeof import('prom-client')

let ofProcess: Registry | undefined

/** One for everything that is measured in this process: its watches on memory and event loop are never taken down again. */
export function processRegistry({ collectDefaultMetrics, Registry: NewRegistry }: PromClient): Registry {
  if (ofProcess !== undefined) return ofProcess
  ofProcess = new NewRegistry()
  collectDefaultMetrics({ register: ofProcess })
  return ofProcess
}

/** All figures as Prometheus reads them, and the type of that text: those of `registry`, then those of the process. */
export async function readFigures(prom: PromClient, registry: Registry): Promise<Figures> {
  const texts = await Promise.all([registry.metrics(), processRegistry(prom).metrics()])
  return { text: texts.join('\n'), contentType: registry.contentType }
}

export interface Figures {
  readonly text: string
  readonly contentType: string
}
