import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Where `dev` and `store` keep things, below the folder that `--data` names. */
export interface DataFolder {
  readonly path: string
  readonly credentials: string
  readonly store: string
}

/** Makes the folder where it is missing, closed to others, and keeps its content out of a repository it may stand in. */
export async function openDataFolder(data: string): Promise<DataFolder> {
  const path = resolve(data)
  await mkdir(path, { recursive: true, mode: 0o700 })
  await writeFile(join(path, '.gitignore'), '*\n')
  return { path, credentials: join(path, 'credentials.json'), store: join(path, 'store') }
}
