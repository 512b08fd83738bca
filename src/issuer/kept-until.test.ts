import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptUntil } from './kept-until.ts'

function open() {
  const forgotten: string[] = []
  return { forgotten, ...keptUntil<string>((value) => forgotten.push(value)) }
}

test('a value is kept until its end, and not from it on', () => {
  const { keep, get, forgetEnded, forgotten } = open()
  keep('a', 'A', 100, 0)
  forgetEnded(99)
  expect(get('a')).toBe('A')
  forgetEnded(100)
  expect([get('a'), forgotten]).toEqual([undefined, ['A']])
})

test('one that lives long keeps none waiting that came later and lives short', () => {
  const { keep, get, size, forgetEnded } = open()
  keep('week', 'W', 604_800_000, 0)
  keep('hour', 'H', 3_600_000, 0)
  forgetEnded(3_600_000)
  expect([get('week'), get('hour'), size()]).toEqual(['W', undefined, 1])
})

test('the oldest is what came first, however long it lives', () => {
  const { keep, forgetOldest, forgotten } = open()
  for (const [id, until] of [
    ['a', 1e9],
    ['b', 10],
    ['c', 1e6],
  ] as const)
    keep(id, id, until, 0)
  for (const _ of Array(4)) forgetOldest()
  expect(forgotten).toEqual(['a', 'b', 'c'])
})

test('a value is forgotten once, and another takes the place of the one before', () => {
  const { keep, get, forget, forgetEnded, forgotten, size } = open()
  keep('a', 'A', 100, 0)
  keep('a', 'B', 1000, 0)
  expect([get('a'), size(), forgotten]).toEqual(['B', 1, ['A']])
  forgetEnded(100)
  expect(get('a')).toBe('B')
  forget('a')
  forget('a')
  expect(forgotten).toEqual(['A', 'B'])
})

test('nothing is forgotten before its end, nor kept for twice its life', () => {
  const entries = fc.array(fc.record({ life: fc.integer({ min: 1, max: 1e6 }), wait: fc.nat(1e5) }), { minLength: 1 })
  fc.assert(
    fc.property(entries, (list) => {
      const kept = keptUntil<string>(() => undefined)
      const known: { id: string; from: number; life: number }[] = []
      let now = 0
      for (const [index, { life, wait }] of list.entries()) {
        now += wait
        kept.keep(`${index}`, 'x', now + life, now)
        known.push({ id: `${index}`, from: now, life })
        kept.forgetEnded(now)
        for (const { id, from, life } of known) {
          if (now < from + life) expect(kept.get(id)).toBe('x')
          if (now >= from + 2 * life) expect(kept.get(id)).toBeUndefined()
        }
      }
    }),
  )
})
