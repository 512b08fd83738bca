import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { CREDENTIAL, NOW, sendSigned } from '../../../test/store-client.ts'
import { checkStore } from '../check/check-store.ts'
import { openStore, type Store } from '../open-store.ts'

/** Puts, copies, appends and deletions in any order: what is kept, and which files. docs/spec/object-api.md section 5 */

type Step =
  | { readonly does: 'put'; readonly key: string; readonly letter: string; readonly size: number }
  | { readonly does: 'copy'; readonly key: string; readonly source: string }
  | { readonly does: 'append'; readonly key: string; readonly letter: string; readonly size: number }
  | { readonly does: 'delete'; readonly key: string }

const LARGE = 70_000
const key = fc.constantFrom('a', 'b', 'c')
const letter = fc.constantFrom('x', 'y', 'z')
const size = fc.constantFrom(0, 3, LARGE)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('put' as const), key, letter, size }),
  fc.record({ does: fc.constant('copy' as const), key, source: key }),
  fc.record({ does: fc.constant('append' as const), key, letter, size }),
  fc.record({ does: fc.constant('delete' as const), key }),
)

/** An object as it must be; `file` is the number of the file it is in, absent where it is in none. */
interface Expected {
  readonly text: string
  readonly file?: number
  readonly grows: boolean
}

test('after any steps each object is what it must be, and a file is there as long as one object needs it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const { store, data } = await opened()
      const model = new Map<string, Expected>()
      for (const [number, one] of steps.entries()) {
        const answer = await take(store, one, model.get(one.key)?.text.length ?? 0)
        expect(answer.status < 300).toBe(mayDo(model, one))
        if (answer.status < 300) note(model, one, number)
      }
      for (const name of ['a', 'b', 'c']) expect(await textOf(store, name)).toBe(model.get(name)?.text)
      const files = new Set([...model.values()].flatMap(({ file }) => file ?? []))
      expect(await filesIn(data)).toBe(files.size)
      await expectSound(store, data)
    }),
    { numRuns: 15 },
  )
}, 60_000)

test('steps at the same moment leave nothing that is torn, miscounted or left over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      const { store, data } = await opened()
      for (const name of ['a', 'b']) await take(store, { does: 'append', key: name, letter: 'x', size: LARGE }, 0)
      await Promise.all(steps.map((one) => take(store, one, LARGE)))
      for (const name of ['a', 'b', 'c']) {
        const text = (await textOf(store, name)) ?? ''
        expect(text).toMatch(/^(x*|y*|z*|x+y*|x+z*)$/)
        expect([0, 3, LARGE, LARGE + 3, 2 * LARGE]).toContain(text.length)
      }
      await expectSound(store, data)
    }),
    { numRuns: 15 },
  )
}, 60_000)

function mayDo(model: ReadonlyMap<string, Expected>, one: Step): boolean {
  if (one.does === 'copy') return model.has(one.source)
  return one.does !== 'append' || model.get(one.key)?.grows !== false
}

function note(model: Map<string, Expected>, one: Step, number: number): void {
  const present = model.get(one.key)
  if (one.does === 'delete') model.delete(one.key)
  else if (one.does === 'copy') {
    const source = model.get(one.source)
    if (source !== undefined && one.source !== one.key) model.set(one.key, { ...source, grows: false })
  } else {
    const text = one.letter.repeat(one.size)
    if (one.does === 'append')
      model.set(one.key, { file: number, grows: true, ...present, text: (present?.text ?? '') + text })
    else model.set(one.key, { text, grows: false, ...(one.size === LARGE && { file: number }) })
  }
}

function take(store: Store, one: Step, position: number) {
  const target = `/photos/${one.key}`
  switch (one.does) {
    case 'put':
      return sendSigned(store, { method: 'PUT', target, body: one.letter.repeat(one.size) })
    case 'copy':
      return sendSigned(store, { method: 'PUT', target, headers: { 'x-oss-copy-source': `/photos/${one.source}` } })
    case 'append': {
      const body = one.letter.repeat(one.size)
      return sendSigned(store, { method: 'POST', target: `${target}?append&position=${position}`, body })
    }
    case 'delete':
      return sendSigned(store, { method: 'DELETE', target })
  }
}

async function textOf(store: Store, name: string): Promise<string | undefined> {
  const { status, text } = await sendSigned(store, { method: 'GET', target: `/photos/${name}` })
  return status === 200 ? text : undefined
}

async function opened(): Promise<{ readonly store: Store; readonly data: string }> {
  const data = await mkdtemp(join(tmpdir(), 'postern-shared-'))
  const store = await openStore({ data, buckets: ['photos'], credentials: [CREDENTIAL], now: () => NOW })
  onTestFinished(async () => {
    await store.close()
    await rm(data, { recursive: true, force: true })
  })
  return { store, data }
}

async function filesIn(data: string): Promise<number> {
  const entries = await readdir(join(data, 'blobs'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

async function expectSound(store: Store, data: string): Promise<void> {
  await store.close()
  expect(await checkStore(data)).toMatchObject({ damages: [], orphans: [], miscounted: [] })
}
