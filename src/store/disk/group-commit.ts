import { isFull, storeFull } from './disk-error.ts'
import type { Room } from './room.ts'

export interface WriteOptions {
  /** What the change writes is little, and makes room on the disk: a full one lets it pass. */
  readonly makesRoom?: boolean
}

/** For a change that only removes. */
export const MAKES_ROOM: WriteOptions = { makesRoom: true }

/** Told of a transaction: how many changes shared it, and how long it took. */
export type OnCommit = (changes: number, ms: number) => void

export interface GroupCommit {
  /**
   * Runs `change` in a transaction of its own or shared with its neighbours; resolves once that is durable. Where a
   * transaction fails, `change` may run again in another; only its last run counts.
   */
  write<T>(change: () => T, options?: WriteOptions): Promise<T>
  /** Resolves when nothing is waiting any more. */
  idle(): Promise<void>
  onCommit(told: OnCommit): void
}

interface Change {
  readonly makesRoom: boolean
  /** Runs inside the transaction; what comes back tells the caller, once the transaction is durable. */
  run(): () => void
  fail(error: unknown): void
}

/**
 * Lets changes that arrive while the disk is busy share the next transaction, so that many uploads pay for one flush.
 * Changes run one after the other in the order they came; each sees what those before it wrote.
 *
 * @param commit runs its argument inside one transaction, once or more often, and resolves once that is on the disk
 */
export function groupCommit(commit: (work: () => void) => Promise<void>, room: Room): GroupCommit {
  const waiting: Change[] = []
  let draining: Promise<void> | undefined
  let told: OnCommit = () => {}

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      if (room.isShort) await room.regain().catch(() => undefined)
      await commitTogether()
    }
    draining = undefined
  }

  async function commitTogether(): Promise<void> {
    let group: Change[] | undefined
    const take = (): Change[] => {
      group ??= waiting.splice(0)
      return group
    }
    const started = performance.now()
    try {
      await commitAll(take) // taken late, so that what came while the transaction was being opened is in it
      told(take().length, performance.now() - started)
    } catch (error) {
      if (isFull(error)) room.runShort()
      for (const change of take()) {
        if (isFull(error) && change.makesRoom) await commitOnFullDisk(change)
        else change.fail(error)
      }
    }
  }

  async function commitAll(take: () => readonly Change[]): Promise<void> {
    let answers: (() => void)[] = []
    await commit(() => {
      answers = take().map((change) => (room.isShort && !change.makesRoom ? refusal(change) : change.run()))
    })
    for (const answer of answers) answer()
  }

  /** Alone, because a group needs more room; and where that fails, with some of the room that was kept for it. */
  async function commitOnFullDisk(change: Change): Promise<void> {
    for (;;) {
      try {
        return await commitAll(() => [change])
      } catch (error) {
        if (!isFull(error) || !(await room.spend())) return change.fail(error)
      }
    }
  }

  return {
    write: (change, { makesRoom = false } = {}) =>
      new Promise((resolve, reject) => {
        waiting.push({ makesRoom, run: () => attempt(change, resolve, reject), fail: reject })
        draining ??= drain()
      }),
    idle: async () => draining,
    onCommit(listener) {
      told = listener
    },
  }
}

function refusal({ fail }: Change): () => void {
  return () => fail(storeFull())
}

/** One change that throws must not take its neighbours' transaction with it, unless the disk was full for all of them. */
function attempt<T>(change: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
  try {
    const value = change()
    return () => resolve(value)
  } catch (error) {
    if (isFull(error)) throw error
    return () => reject(error)
  }
}
