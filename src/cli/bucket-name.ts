import { InvalidArgumentError } from 'commander'
import { isBucketName } from '../store/request/bucket-name.ts'

export const BUCKET_ADVICE = 'Give 3 to 63 of a-z, 0-9 and "-", with a letter or digit at both ends.'

/** A bucket's name, before it becomes part of an address. */
export function parseBucketName(text: string): string {
  if (!isBucketName(text)) throw new InvalidArgumentError(BUCKET_ADVICE)
  return text
}

/** The same for an option that may be given several times. */
export function collectBucketNames(text: string, before: readonly string[] = []): string[] {
  return [...before, parseBucketName(text)]
}
