import { type Command, Option } from 'commander'
import { openLogFile } from '../observe/log-file.ts'
import { createLogger, type Logger, type LogLevel } from '../observe/logger.ts'
import { onHangup } from './on-hangup.ts'
import { note } from './output.ts'

export interface LogOptions {
  readonly accessLog?: string
  readonly logLevel?: LogLevel
}

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info']

export function addLogOptions(command: Command): Command {
  return command
    .option('--access-log <file>', 'write a line of JSON for each request; - is standard error')
    .addOption(
      new Option('--log-level <level>', 'least that is logged (default: info with --access-log, else warn)').choices(
        LEVELS,
      ),
    )
}

/**
 * Works with the log that the options ask for, and closes it behind the work. Requests are logged where that is asked
 * for; without it, what goes wrong in a store goes to standard error.
 */
export async function withLog(
  { accessLog, logLevel }: LogOptions,
  work: (logger: Logger) => Promise<void>,
): Promise<void> {
  const isFile = accessLog !== undefined && accessLog !== '-'
  const log = await openLogFile(isFile ? { path: accessLog, onFault: (error) => noteFault(accessLog, error) } : {})
  onHangup(() => void log.reopen())
  try {
    await work(await createLogger(log, logLevel ?? (accessLog === undefined ? 'warn' : 'info')))
  } finally {
    await log.close()
  }
}

function noteFault(path: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  note(`The log ${path} cannot be written (${reason}): lines are lost until it can.`)
}
