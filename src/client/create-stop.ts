import type { Transport } from './transport.ts'

/** What stops a request: the platform's own, or what its transport has in its place. */
export function createStop({ createStop: own }: Pick<Transport<never>, 'createStop'>): AbortController {
  return own === undefined ? new AbortController() : own()
}
