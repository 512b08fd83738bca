import { isFull } from './disk-error.ts'

/** What keeps a folder from being opened, in one sentence. An error with a code is the system's or lmdb's; the others are sentences already. */
export function openError(dir: string, error: unknown): unknown {
  if (isFull(error))
    return new Error(`The disk that holds ${dir} is full: free some space, or choose another folder.`, { cause: error })
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'EROFS')
    return new Error(`The disk that holds ${dir} is read-only: choose another folder.`, { cause: error })
  const advice = 'choose another folder, or let this user write there'
  return new Error(`The folder ${dir} cannot hold the store's data (${error.message}): ${advice}.`, { cause: error })
}
