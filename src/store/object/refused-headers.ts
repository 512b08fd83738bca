import { PosternError } from '../../base/request-errors.ts'

type Headers = ReadonlyMap<string, string>

/**
 * Refuses headers that ask for what this store does not do: passing over them would keep an object otherwise than was
 * asked. What only asks for a speed or names a payer is passed over.
 *
 * @see docs/spec/object-api.md section 5, "Our choice"
 */
export function refuseUndone(headers: Headers): void {
  for (const name of headers.keys())
    if (UNDONE.has(name) || name.startsWith(RETENTION))
      throw new PosternError('operation-unknown', `This store does not know "${name}".`, { Header: name })
}

const RETENTION = 'x-oss-object-worm-'
const UNDONE = new Set(['x-oss-persistent-headers', 'x-oss-server-side-data-encryption'])

/** Refuses what would make a request something else than its address says. */
export function refuseStrays(headers: Headers, names: readonly string[]): void {
  const stray = names.find((name) => headers.has(name))
  if (stray === undefined) return
  throw new PosternError('operation-unknown', `"${stray}" means nothing to this store here.`, { Header: stray })
}

/**
 * Refuses conditions, which no request that writes takes: done without them, it might overwrite what it should not.
 *
 * @param twin names the header that says the same of an object to copy: ali-oss sends both
 */
export function refuseConditions(headers: Headers, twin?: (condition: string) => string): void {
  const condition = CONDITIONS.find((name) => headers.has(name) && !(twin && headers.has(twin(name))))
  if (condition === undefined) return
  throw new PosternError('header-not-implemented', `This request takes no "${condition}".`, { Header: condition })
}

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']
