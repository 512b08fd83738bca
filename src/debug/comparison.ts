import { type Difference, firstDifference } from './difference.ts'
import { isSame } from './verdict.ts'

/** Two texts that should be the same. */
export interface Comparison {
  readonly what: 'string to sign' | 'canonical request'
  /** Whose they are: the one that was rebuilt, and the other. */
  readonly names: readonly [ours: string, theirs: string]
  readonly texts: readonly [ours: string, theirs: string]
  readonly difference: Difference | undefined
}

/** None, where one of the texts is not known. */
export function comparison(
  what: Comparison['what'],
  names: Comparison['names'],
  ours: string | undefined,
  theirs: string | undefined,
): readonly Comparison[] {
  if (ours === undefined || theirs === undefined) return []
  const difference = isSame(ours, theirs) ? undefined : firstDifference(ours, theirs)
  return [{ what, names, texts: [ours, theirs], difference }]
}
