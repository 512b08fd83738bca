import type { Endpoints, Methods } from './handler.ts'

/** An address that is there, and what of the path came behind it. */
export interface Found {
  /** As the table names it. */
  readonly address: string
  readonly methods: Methods
  readonly rest: string
}

export type Find = (path: string) => Found | undefined

/** Exact addresses first, then those that end in `/*`, the longest first. */
export function finderOf(endpoints: Endpoints): Find {
  const exact = new Map<string, Found>()
  const below: { readonly address: string; readonly start: string; readonly methods: Methods }[] = []
  for (const [path, methods] of endpoints) {
    if (path.endsWith('/*')) below.push({ address: path, start: path.slice(0, -1), methods })
    else exact.set(path, { address: path, methods, rest: '' })
  }
  below.sort((one, other) => other.start.length - one.start.length)
  return (path) => {
    const found = exact.get(path)
    if (found !== undefined || below.length === 0) return found
    const above = below.find(({ start }) => path.startsWith(start))
    if (above === undefined) return undefined
    const { address, methods, start } = above
    return { address, methods, rest: path.slice(start.length) }
  }
}
