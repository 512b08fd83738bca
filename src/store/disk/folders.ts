import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder that only its owner may enter, where there is none, and makes its name durable. Also where it exists:
 * whoever made it may have been killed before they came to that.
 */
export async function makeFolder(path: string): Promise<void> {
  const first = (await makeMissing(path)) ?? path
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncPath(dirname(made))
}

/** Makes a folder and those above it where they are missing; gives the first that was. On a read-only disk Node only says that they are missing. */
export async function makeMissing(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error
    if (isMissing && typeof error.path === 'string') await mkdir(error.path, { mode: 0o700 })
    throw error
  }
}

/** Makes durable what was written to a file, or which names a folder holds. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
