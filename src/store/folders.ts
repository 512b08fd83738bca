import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Makes a folder that only its owner may enter, and makes its name durable; one that exists is left as it is. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncPath(dirname(made))
}

/** Makes the same of many folders in one, for the price of one sync. */
export async function makeFolders(parent: string, names: readonly string[]): Promise<void> {
  await makeFolder(parent)
  const present = new Set(await readdir(parent))
  const missing = names.filter((name) => !present.has(name))
  for (const name of missing) await mkdir(join(parent, name), { mode: 0o700 })
  if (missing.length > 0) await syncPath(parent)
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
