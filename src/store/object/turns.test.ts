import { expect, test } from 'vitest'
import { takingTurns } from './turns.ts'

const turn = takingTurns()

/** Notes when it begins and ends, and ends when told. */
function work(name: string, log: string[]) {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const run = async () => {
    log.push(`${name} begins`)
    await ended
    log.push(`${name} ends`)
    return name
  }
  return { run, end }
}

test('works with one name follow each other in the order they came, others run beside them', async () => {
  const log: string[] = []
  const [first, second, other] = [work('first', log), work('second', log), work('other', log)]
  const all = Promise.all([turn('a', first.run), turn('a', second.run), turn('b', other.run)])
  expect(log).toEqual(['first begins', 'other begins'])
  second.end()
  other.end()
  first.end()
  expect(await all).toEqual(['first', 'second', 'other'])
  expect(log.indexOf('second begins')).toBe(log.indexOf('first ends') + 1)
})

test('a work that fails does not take those behind it along', async () => {
  const failing = turn('a', () => Promise.reject(new Error('broken')))
  const next = turn('a', async () => 'done')
  await expect(failing).rejects.toThrow('broken')
  expect(await next).toBe('done')
})
