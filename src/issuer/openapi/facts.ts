import type { Authorize } from '../authorize/authorize.ts'
import { type Bearing, bearingsOf } from '../authorize/bearing.ts'
import type { MetricsAccess } from '../observe/metrics-endpoint.ts'
import { type Route, readRoutes } from '../route.ts'
import type { AnswerShape } from '../signature-answer.ts'
import type { Storage } from '../storage/storage.ts'

/** What an issuer's configuration says of its interface: names and shapes, and nothing that bounds an upload. */
export interface IssuerFacts {
  readonly routes: readonly RouteFacts[]
  /** Whether `POST /uploads` answers forms; else PUTs. */
  readonly takesForms: boolean
  /** How callers say who they are; `undefined` where only the application knows. */
  readonly bearings: readonly Bearing[] | undefined
  /** Whether somewhere nobody is asked who they are. */
  readonly isPublic: boolean
  readonly hasWebhook: boolean
  readonly metricsNeedToken: boolean
  /** Empty, or `/api`. */
  readonly basePath: string
}

interface RouteFacts {
  readonly name: string
  readonly answer: AnswerShape | undefined
  readonly sts: boolean
}

/** The options of an issuer that its interface depends on. */
export interface DescribedOptions {
  readonly storage: Storage
  readonly routes?: Readonly<Record<string, Route>>
  readonly authorize: Authorize | 'public'
  readonly webhook?: object
  readonly metrics?: MetricsAccess
  readonly basePath?: string
}

export function factsOf({ storage, routes, authorize, webhook, metrics, basePath }: DescribedOptions): IssuerFacts {
  const rules = [...readRoutes(routes, storage).values()]
  const authorizers = rules.map((route) => route.authorize ?? authorize)
  return {
    routes: rules.map(({ name, answer, sts }) => ({ name, answer, sts: sts !== undefined })),
    takesForms: storage.takesForms,
    bearings: bearingsOf(authorizers),
    isPublic: authorizers.includes('public'),
    hasWebhook: webhook !== undefined,
    metricsNeedToken: metrics !== undefined && metrics !== 'public',
    basePath: basePath ?? '',
  }
}
