import { stat } from 'node:fs/promises'
import { CommandError } from './command-error.ts'

/** The size of a file that could be sent, in bytes. */
export async function sizeOfFile(path: string): Promise<number> {
  const status = await stat(path)
  if (!status.isFile()) throw new CommandError(`${path} is no file that could be sent.`)
  return status.size
}
