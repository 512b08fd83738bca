import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeMissing } from '../store/disk/folders.ts'

/** Where `dev` and `store` keep things, below the folder that `--data` names. */
export interface DataFolder {
  readonly path: string
  readonly credentials: string
  readonly keys: string
  readonly store: string
}

/** Makes the folder where it is missing: closed to others, and left out of a repository that it may stand in. */
export async function openDataFolder(data: string): Promise<DataFolder> {
  const folder = dataFolderAt(data)
  const { path } = folder
  const made = await makeMissing(path)
  if (made !== undefined) await writeFile(join(path, '.gitignore'), '*\n') // a folder that was there is not ours to ignore
  return folder
}

/** Where things are, whether they are there or not. */
export function dataFolderAt(data: string): DataFolder {
  const path = resolve(data)
  return {
    path,
    credentials: join(path, 'credentials.json'),
    keys: join(path, 'keys.json'),
    store: join(path, 'store'),
  }
}
