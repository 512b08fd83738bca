import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FileFacts } from '../client/transport.ts'
import { CommandError } from './command-error.ts'
import { typeOfName } from './file-type.ts'

/** A file of this machine that is sent from where it lies. */
export interface DiskFile extends FileFacts {
  /** As it was typed. */
  readonly path: string
  /** Unix milliseconds. */
  readonly lastModified: number
}

/** The files that were typed, all of them there before one is sent. */
export async function findFiles(paths: readonly string[], type: string | undefined): Promise<DiskFile[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const status = await stat(path)
      if (status.isDirectory()) throw new CommandError(`${path} is a folder. Give the files in it, such as ${path}/*.`)
      if (!status.isFile()) throw new CommandError(`${path} is no file that could be sent.`)
      const name = basename(path)
      return { path, name, size: status.size, type: type ?? typeOfName(name), lastModified: status.mtimeMs }
    }),
  )
}
