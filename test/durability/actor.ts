import { randomInt } from 'node:crypto'
import type { Client, Reply, Sent } from './client.ts'
import type { Change, ExpectedThings } from './expected-things.ts'
import { newSlice, type Sizes } from './settings.ts'
import { objectName, type Slice, type Thing } from './things.ts'

const KEYS_OF_AN_ACTOR = 4

/** One that sends one request after the other, and changes no key of another. */
export interface Actor {
  readonly number: number
  readonly client: Client
  readonly expected: ExpectedThings
  readonly sizes: Sizes
  /** Told of each request that was refused because the disk is full; absent where it has room. */
  readonly onFull?: (what: string) => void
}

/** Asks the store for something; `false` where it died over it. */
export type Step = (actor: Actor) => Promise<boolean>

export interface Attempt {
  readonly what: string
  readonly sent: Sent
  /** What it makes of things where it is answered with success; each change whole or not at all. */
  readonly changes?: readonly Change[]
  /** The answer that changes nothing. */
  readonly refusal?: number
}

const FULL = 507

/** Sends a request and keeps account of its answer; the answer where that was a success. */
export async function attempt(
  actor: Actor,
  { what, sent, changes = [], refusal }: Attempt,
): Promise<Reply | 'died' | 'refused'> {
  const asked = changes.map((change) => actor.expected.ask(what, change))
  const reply = await actor.client.send(sent)
  if (reply === undefined) return 'died'
  if (reply.status === 200 || reply.status === 204) {
    for (const { done } of asked) done(etagOfReply(reply))
    return reply
  }
  const isFull = reply.status === FULL && reply.bytes.includes('<Code>InsufficientStorage</Code>')
  if (isFull) actor.onFull?.(what)
  if (reply.status !== refusal && !(isFull && actor.onFull)) throw unexpected(what, sent, reply)
  if (changes.length === 1) for (const { refused } of asked) refused()
  return 'refused'
}

/** Does so, and tells whether the store lives. */
export async function survives(actor: Actor, asked: Attempt): Promise<boolean> {
  return (await attempt(actor, asked)) !== 'died'
}

function etagOfReply({ headers, bytes }: Reply): string | undefined {
  return headers.etag ?? /<ETag>(.*)<\/ETag>/.exec(bytes.toString())?.[1]?.replaceAll('&quot;', '"')
}

function unexpected(what: string, { method, key, query = [] }: Sent, { status, bytes }: Reply): Error {
  return new Error(`${what}: ${method} ${key} ${query.join(' ')} was answered with ${status}: ${bytes}`)
}

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
