type Outcome = { readonly settle: () => void }

interface Change {
  /** Runs inside the transaction; what it returns is told to the caller once the transaction is durable. */
  run(): Outcome
  fail(error: unknown): void
}

export interface GroupCommit {
  /** Runs `change` in a transaction of its own or shared with its neighbours; resolves once that is durable. */
  write<T>(change: () => T): Promise<T>
  /** Resolves when nothing is waiting any more. */
  idle(): Promise<void>
}

/**
 * Lets changes that arrive while the disk is busy share the next transaction, so that many uploads pay for one flush.
 * Changes run one after the other in the order they came; each sees what those before it wrote.
 *
 * @param commit runs its argument inside one transaction, and resolves once the transaction is on the disk
 */
export function groupCommit(commit: (work: () => void) => Promise<unknown>): GroupCommit {
  let waiting: Change[] = []
  let draining: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await turn() // what arrives in the same turn of the event loop goes together
      const group = waiting
      waiting = []
      await commitTogether(group)
    }
    draining = undefined
  }

  async function commitTogether(group: readonly Change[]): Promise<void> {
    let outcomes: Outcome[] = []
    try {
      await commit(() => {
        outcomes = group.map((change) => change.run())
      })
      for (const { settle } of outcomes) settle()
    } catch (error) {
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
function attempt<T>(change: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): Outcome {
  try {
    const value = change()
    return { settle: () => resolve(value) }
  } catch (error) {
    return { settle: () => reject(error) }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
