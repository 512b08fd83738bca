import { createIssuer, type IssuerOptions } from '../issuer/create-issuer.ts'
import { type RouteRules, readRoutes } from '../issuer/route.ts'
import type { Logger } from '../observe/logger.ts'
import { readBuiltPage } from './built-page.ts'
import { asUsageError } from './command-error.ts'
import { asConfigError } from './config-options.ts'
import { describeRoutes, routeWarnings } from './describe-routes.ts'
import { lintRoutes } from './lint-routes.ts'
import type { ServeSource } from './serve-source.ts'
import type { Service } from './service.ts'

const DEFAULT_PORT = 8000

/** An issuer as a configuration or the command line describes it, ready to listen; nothing of it has been sent anywhere. */
export async function issuerService(source: ServeSource, log: Logger | undefined): Promise<Service> {
  const { name, host, port } = source
  const page = source.page ? { page: await readBuiltPage('uploads') } : {}
  const issuer = { ...source.issuer, ...page, ...(log === undefined ? {} : { log }) }
  const [handler, routes] = blame(
    name,
    () => [createIssuer(issuer), readRoutes(issuer.routes, issuer.storage)] as const,
  )
  const rules = [...routes.values()]
  return {
    handler,
    host,
    port: port ?? DEFAULT_PORT,
    rows: (url) => rowsOf(source, rules, `${url}${issuer.basePath ?? ''}`),
    lint: lintRoutes(rules, issuer.storage, new Date()),
    warnings: [...source.warnings, ...rules.flatMap((route) => routeWarnings(route, issuer.storage))],
    open: whatIsOpen(issuer, rules),
  }
}

/** The routes of an issuer as a table. */
export function routesTable({ name, issuer }: ServeSource): string[] {
  return describeRoutes([...blame(name, () => readRoutes(issuer.routes, issuer.storage)).values()])
}

function rowsOf({ name, page, issuer, credentialFrom }: ServeSource, rules: readonly RouteRules[], url: string) {
  const rows: [string, string | undefined][] = [
    ['Configuration', name],
    ['Page', page ? `${url}/` : undefined],
    ['Issuer', `${url}/uploads`],
    ['Bucket', issuer.storage.url],
    ['Routes', rules.map((route) => route.name).join(', ')],
    ['Credential', credentialFrom],
  ]
  return rows.flatMap(([what, value]): [string, string][] => (value === undefined ? [] : [[what, value]]))
}

function whatIsOpen({ authorize }: IssuerOptions, rules: readonly RouteRules[]): string | undefined {
  const open = rules.filter((route) => (route.authorize ?? authorize) === 'public').map((route) => route.name)
  if (open.length === 0) return undefined
  if (open.length === rules.length) return ''
  return ` on the route${open.length === 1 ? '' : 's'} ${open.join(', ')}`
}

/** What does not fit is the fault of whoever described it: a configuration, or a command line. */
function blame<T>(name: string | undefined, work: () => T): T {
  return name === undefined ? asUsageError(work) : asConfigError(name, work)
}
