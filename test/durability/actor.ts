import { randomInt } from 'node:crypto'
import type { Client } from './client.ts'
import type { ExpectedThings } from './expected-things.ts'
import { newSlice, type Sizes } from './settings.ts'
import { objectName, type Slice, type Thing } from './things.ts'

const KEYS_OF_AN_ACTOR = 4

/** One that sends one request after the other, and changes no key of another. */
export interface Actor {
  readonly number: number
  readonly client: Client
  readonly expected: ExpectedThings
  readonly sizes: Sizes
}

/** Asks the store for something; `false` where it died over it. */
export type Step = (actor: Actor) => Promise<boolean>

export function anyKey({ number }: Actor): string {
  return `actor-${number}/${randomInt(KEYS_OF_AN_ACTOR)}`
}

export function someKeys({ number }: Actor): string[] {
  const keys = Array.from({ length: KEYS_OF_AN_ACTOR }, (_, at) => `actor-${number}/${at}`)
  return keys.filter(() => randomInt(2) === 0)
}

/** One of the actor's objects. */
export function anyObject(
  { number, expected }: Actor,
  fits: (thing: Thing) => boolean = () => true,
): { readonly key: string; readonly thing: Thing } | undefined {
  const prefix = `actor-${number}/`
  const own = expected.below(objectName(prefix)).filter(({ thing }) => fits(thing))
  const one = pick(own)
  return one && { key: prefix + one.rest, thing: one.thing }
}

export function anySlice({ sizes }: Actor): Slice {
  return newSlice(sizes)
}

export function pick<T>(choices: readonly T[]): T | undefined {
  return choices[randomInt(Math.max(1, choices.length))]
}
