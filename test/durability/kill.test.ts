import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { checkStore } from '../../src/store/check/check-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { NOW } from '../store-client.ts'
import { checkBooks } from './check-books.ts'
import { ExpectedThings } from './expected-things.ts'
import { bundleStore, KillableStore } from './killable-store.ts'
import { load } from './load.ts'
import { readThings, throughHandler } from './read-things.ts'
import { CREDENTIAL, REGION, SIZES } from './settings.ts'

const ROUNDS = 200
/** After so many answers, or fewer, the store is killed. */
const MAX_ANSWERS = 80
/** Every so many rounds the store is killed once more while it opens, and clears up after the round. */
const OPENING_EVERY = 5

test('a store that is killed at any moment keeps what it acknowledged, and shows nothing torn', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-kill-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const data = join(folder, 'store')
  const stores = new WarmStores(await bundleStore(folder))
  const expected = new ExpectedThings()
  for (let round = 0; round < ROUNDS; round++) {
    await killUnderLoad(stores.next(), data, expected, round)
    if (round % OPENING_EVERY === 0) await killWhileOpening(stores.next(), data)
    await compare(data, expected, round)
  }
  expect(expected.size).toBeGreaterThan(50)
  expect(await checkStore(data)).toMatchObject({ damages: [], orphans: [], miscounted: [] })
}, 600_000) // a minute on a machine that does nothing else

async function killUnderLoad(
  store: KillableStore,
  data: string,
  expected: ExpectedThings,
  round: number,
): Promise<void> {
  const port = await store.open(data)
  if (port === undefined) throw new Error('The store ended before it was killed.')
  const loaded = load(port, expected, round % 2 === 0 ? SIZES.small : SIZES.mixed)
  await Promise.race([expected.answered(randomInt(1, MAX_ANSWERS)), loaded])
  if (randomInt(2) === 0) await sleep(randomInt(20)) // else in the moment of an answer: when it is most wrong to have promised too early
  await store.kill()
  await loaded
}

async function killWhileOpening(store: KillableStore, data: string): Promise<void> {
  await store.loaded
  const opened = store.open(data)
  await sleep(randomInt(30))
  await store.kill()
  await opened
}

/** Opens the folder and holds all that is there against what may be; then the files against the records. */
async function compare(data: string, expected: ExpectedThings, round: number): Promise<void> {
  const store = await openStore({ data, credentials: [CREDENTIAL], region: REGION, now: () => NOW })
  const faults = expected.settle(await readThings(throughHandler(store)).finally(() => store.close()))
  expect(faults, `after round ${round}`).toEqual([])
  await checkBooks(data)
}

/** Stores whose processes have started before they are needed: most of a round would be spent on that. */
class WarmStores {
  readonly #program: string
  #warm: KillableStore

  constructor(program: string) {
    this.#program = program
    this.#warm = warmStore(program)
  }

  next(): KillableStore {
    const store = this.#warm
    this.#warm = warmStore(this.#program)
    return store
  }
}

function warmStore(program: string): KillableStore {
  const store = new KillableStore(program)
  onTestFinished(() => store.kill())
  return store
}
