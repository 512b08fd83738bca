export interface GroupCommit {
  /** Runs `change` in a transaction of its own or shared with its neighbours; resolves once that is durable. */
  write<T>(change: () => T): Promise<T>
  /** Resolves when nothing is waiting any more. */
  idle(): Promise<void>
}

interface Change {
  /** Runs inside the transaction; what comes back tells the caller, once the transaction is durable. */
  run(): () => void
  fail(error: unknown): void
}

/**
 * Lets changes that arrive while the disk is busy share the next transaction, so that many uploads pay for one flush.
 * Changes run one after the other in the order they came; each sees what those before it wrote.
 *
 * @param commit runs its argument inside one transaction, and resolves once that transaction is on the disk
 */
export function groupCommit(commit: (work: () => void) => Promise<void>): GroupCommit {
  let waiting: Change[] = []
  let draining: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (waiting.length > 0) await commitTogether()
    draining = undefined
  }

  async function commitTogether(): Promise<void> {
    let group = waiting
    let answers: (() => void)[] = []
    try {
      await commit(() => {
        group = waiting // late, so that what came while the transaction was being opened is in it
        waiting = []
        answers = group.map((change) => change.run())
      })
      for (const answer of answers) answer()
    } catch (error) {
      if (group === waiting) waiting = []
      for (const change of group) change.fail(error)
    }
  }

  return {
    write: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ run: () => attempt(change, resolve, reject), fail: reject })
        draining ??= drain()
      }),
    idle: async () => draining,
  }
}

/** One change that throws must not take its neighbours' transaction with it. */
function attempt<T>(change: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
  try {
    const value = change()
    return () => resolve(value)
  } catch (error) {
    return () => reject(error)
  }
}
