import { PosternError } from '../base/known-errors.ts'
import { DebugError } from '../debug/evidence.ts'
import { CommandError } from './command-error.ts'
import { errorSentence } from './error-sentence.ts'

/** Runs what reads the input of a command whose exit code is a judgement: what cannot be read was not judged, so it ends with 2. */
export async function asBadInput<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DebugError) throw new CommandError(error.message, 2, { cause: error })
    const isInputs = error instanceof PosternError || error instanceof CommandError || isOfSystem(error)
    if (!isInputs) throw error
    throw new CommandError(errorSentence(error).sentence, 2, { cause: error })
  }
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'path' in error
}
