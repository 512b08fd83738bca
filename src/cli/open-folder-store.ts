import { openStore, type Store, type StoreOptions } from '../store/open-store.ts'
import { CommandError } from './command-error.ts'
import type { DataFolder } from './data-folder.ts'

/** Opens the store in a data folder; what keeps it from opening, such as another process that has it, is one sentence. */
export async function openFolderStore(folder: DataFolder, options: Omit<StoreOptions, 'data'>): Promise<Store> {
  return await inSentences(() => openStore({ ...options, data: folder.store }))
}

/** What keeps a data folder from being opened, as one sentence that names the option. */
export async function inSentences<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    const isSentence = error instanceof Error && error.name === 'Error' && !('code' in error) // a fault of ours has a name of its own
    if (!isSentence) throw error
    throw new CommandError(`${error.message.replace(/\.$/, '')} (--data).`, 1, { cause: error })
  }
}
