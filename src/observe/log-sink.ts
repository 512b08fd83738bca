import { writeSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Where a log's text goes. */
export interface LogSink {
  append(text: string): Promise<void>
  /** The same when the process ends, and nothing that takes a turn will be done any more. */
  appendNow(text: string): void
  /** Goes on in a new file of the same name, after the old one was renamed. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Keys and addresses are nobody else's business. */
const MODE = 0o600

export async function fileSink(path: string): Promise<LogSink> {
  let file = await open(path, 'a', MODE)
  return {
    append: (text) => file.appendFile(text),
    appendNow: (text) => void writeSync(file.fd, text),
    async reopen() {
      const before = file
      file = await open(path, 'a', MODE)
      await before.close()
    },
    close: () => file.close(),
  }
}

/** A write of node:fs would hold the process at its end where whoever should read a pipe does not; the stream's does not. */
export function stderrSink(): LogSink {
  const { stderr } = process
  stderr.on('error', ignore) // the promise below tells of it
  return {
    append: (text) =>
      new Promise((resolve, reject) => stderr.write(text, (error) => (error ? reject(error) : resolve()))),
    appendNow: (text) => void stderr.write(text),
    reopen: async () => {},
    close: async () => void stderr.off('error', ignore),
  }
}

function ignore(): void {}
