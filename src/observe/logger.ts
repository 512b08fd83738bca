/** The part of a pino logger that the store needs; others have it too. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Where lines of JSON go: a stream, or what `pino.destination` gives. */
export interface LogDestination {
  write(line: string): unknown
}

export type LogLevel = 'error' | 'warn' | 'info'

/** Writes lines of JSON. pino is read only where it is needed: that takes longer than opening a store. */
export async function createLogger(destination: LogDestination, level: LogLevel = 'info'): Promise<Logger> {
  const { pino } = await import('pino')
  const redact = { paths: SECRETS, censor: '[hidden]' }
  const logger: Logger = pino(
    { base: null, level, redact, serializers: { err: (error: unknown) => errorFields(error) } },
    destination,
  )
  return logger
}

/** Nothing logs these by itself; what an application passes on could hold them. */
const SECRETS = [
  ...['accessKeySecret', 'securityToken', 'authorization', 'cookie'],
  ...['signature', 'policy', 'token', 'secret'],
].flatMap((name) => [name, `*.${name}`])

/** What an error says of itself, and of its causes. Not what a library hung on it: the request that failed, with its headers. */
function errorFields(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const why = cause === undefined || depth === MAX_CAUSES ? {} : { cause: errorFields(cause, depth + 1) }
  return { type: name, message, ...code, stack, ...why }
}

const MAX_CAUSES = 5
