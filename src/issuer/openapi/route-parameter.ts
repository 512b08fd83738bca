import type { IssuerFacts } from './facts.ts'
import { type Operation, type Paths, query } from './operation.ts'
import { routeName } from './schemas.ts'

/** Nothing, where no route hands out temporary credentials. */
export function onStsRoutes(
  { routes }: IssuerFacts,
  path: string,
  operation: (names: readonly string[]) => Operation,
): Paths {
  const names = routes.filter(({ sts }) => sts).map(({ name }) => name)
  return names.length === 0 ? {} : { [path]: { get: operation(names) } }
}

/** The route that a query names; it must, where none is called `default`. */
export function routeParameter(names: readonly string[]): object {
  return query('route', routeName(names), names.includes('default') ? {} : { required: true })
}
