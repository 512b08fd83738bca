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
  const logger: Logger = pino({ base: null, level }, destination)
  return logger
}
