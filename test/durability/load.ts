import { type Actor, pick, type Step } from './actor.ts'
import { Client } from './client.ts'
import type { ExpectedThings } from './expected-things.ts'
import {
  append,
  appendElsewhere,
  changeShared,
  copy,
  copyShared,
  remove,
  removeMany,
  store,
  storeOnce,
} from './object-steps.ts'
import type { Sizes } from './settings.ts'
import { abort, complete, copyPart, initiate, sendParts } from './upload-steps.ts'

const ACTORS = 16

/** What is asked of the store, and how often. */
const STEPS: readonly (readonly [weight: number, step: Step])[] = [
  [8, store],
  [1, storeOnce],
  [6, append],
  [1, appendElsewhere],
  [4, copy],
  [3, copyShared],
  [2, changeShared],
  [2, remove],
  [2, removeMany],
  [1, initiate],
  [6, sendParts],
  [1, copyPart],
  [3, complete],
  [1, abort],
]

const WEIGHTED = STEPS.flatMap(([weight, step]) => Array.from({ length: weight }, () => step))

/** Loads the store from many connections until it dies. What it then owed an answer stays open in `expected`. */
export async function load(port: number, expected: ExpectedThings, sizes: Sizes): Promise<void> {
  const client = new Client(port, SOCKETS)
  await Promise.all(actors({ client, expected, sizes }).map((actor) => act(actor, () => false)))
  client.close()
}

export const SOCKETS = 2 * ACTORS

export function actors(shared: Omit<Actor, 'number'>): Actor[] {
  return Array.from({ length: ACTORS }, (_, number) => ({ ...shared, number }))
}

/** Asks for one thing after the other until it is enough, or the store dies. */
export async function act(actor: Actor, isEnough: () => boolean, steps: readonly Step[] = WEIGHTED): Promise<void> {
  while (!isEnough() && (await pick(steps)?.(actor)));
}

/** Those that want room. */
export const WRITING: readonly Step[] = [store, append, copy, initiate, sendParts, copyPart, complete]
