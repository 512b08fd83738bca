import { expect, test } from 'vitest'
import { PosternError } from '../base/issuer-errors.ts'
import type { Credential } from '../sign/signer.ts'
import type { CredentialSource } from './credential-source.ts'
import { keepFresh } from './keep-fresh.ts'

const START = Date.parse('2026-11-24T12:00:00Z')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A clock, a source that can be told to fail or to wait, and what was heard of it. */
function setUp(lifeMs: number | undefined, kept: { recheckSeconds?: number } = {}) {
  let at = START
  let asked = 0
  let trouble: Error | undefined
  let gate: Promise<void> | undefined
  const faults: string[] = []
  const give = (): Credential => {
    asked++
    if (trouble !== undefined) throw trouble
    const expires = lifeMs === undefined ? {} : { expires: new Date(at + lifeMs) }
    return { accessKeyId: `key-${asked}`, accessKeySecret: 'secret', securityToken: 'token', ...expires }
  }
  const options = { onFault: (sentence: string) => faults.push(sentence), now: () => new Date(at), ...kept }
  const source = keepFresh(async () => {
    await gate
    return give()
  }, options)
  return {
    source,
    sync: keepFresh(give, options),
    faults,
    asked: () => asked,
    pass: (ms: number) => {
      at += ms
    },
    break: (error: Error | undefined) => {
      trouble = error
    },
    hold: () => {
      let release: () => void = () => {}
      gate = new Promise((resolve) => {
        release = resolve
      })
      return () => {
        gate = undefined
        release()
      }
    },
  }
}

/** Lets what was begun and needs nothing else come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
const idOf = async (source: CredentialSource) => (await source()).accessKeyId

test('a credential at hand is given at once, not as a promise', async () => {
  const { source, asked } = setUp(HOUR)
  const first = await source()
  expect(source()).toBe(first)
  expect(asked()).toBe(1)
})

test('what a source gives at once is given at once from the first time on', () => {
  const { sync, asked } = setUp(undefined)
  expect(sync()).toMatchObject({ accessKeyId: 'key-1' })
  expect(sync()).toBe(sync())
  expect(asked()).toBe(1)
})

test('a credential that never expires is never asked for again', async () => {
  const { source, pass, asked } = setUp(undefined)
  await source()
  pass(1000 * 24 * HOUR)
  expect(await idOf(source)).toBe('key-1')
  expect(asked()).toBe(1)
})

test('where it says so, a credential that never expires is looked at again', () => {
  const { sync, pass } = setUp(undefined, { recheckSeconds: 60 })
  expect(sync()).toMatchObject({ accessKeyId: 'key-1' })
  pass(60 * SECOND - 1)
  expect(sync()).toMatchObject({ accessKeyId: 'key-1' })
  pass(1)
  expect(sync()).toMatchObject({ accessKeyId: 'key-2' })
})

test('however many ask, one renewal is under way', async () => {
  const { source, asked, hold } = setUp(HOUR)
  const release = hold()
  const asking = Array.from({ length: 100 }, () => source())
  release()
  expect(new Set(await Promise.all(asking)).size).toBe(1)
  expect(asked()).toBe(1)
})

test.each([
  { life: HOUR, renewedBefore: 15 * MINUTE },
  { life: 900 * SECOND, renewedBefore: 450 * SECOND },
])(
  'a credential that lives $life ms is renewed $renewedBefore ms before its end, and given meanwhile',
  async ({ life, renewedBefore }) => {
    const { source, pass, asked, hold } = setUp(life)
    const old = await source()
    pass(life - renewedBefore - 1)
    expect(source()).toBe(old)
    expect(asked()).toBe(1)
    pass(1)
    const release = hold()
    expect(source()).toBe(old)
    expect(source()).toBe(old)
    release()
    await settled()
    expect(source()).toMatchObject({ accessKeyId: 'key-2' })
    expect(asked()).toBe(2)
  },
)

test('in the last minute of a credential whoever asks waits for the next one', async () => {
  const { source, pass, hold } = setUp(HOUR)
  const old = await source()
  pass(HOUR - MINUTE - 1)
  const release = hold()
  expect(source()).toBe(old)
  pass(1)
  const asked = source()
  expect(asked).toBeInstanceOf(Promise)
  release()
  expect((await asked).accessKeyId).toBe('key-2')
})

test('a renewal that fails is told, and the old credential is given while it is valid', async () => {
  const { source, pass, faults, ...state } = setUp(HOUR)
  const old = await source()
  state.break(new Error('STS is on holiday.'))
  pass(HOUR - MINUTE)
  expect(await source()).toBe(old)
  pass(MINUTE - 1)
  expect(await source()).toBe(old)
  expect(faults).toContain('A credential was not renewed; the old one is still valid. STS is on holiday.')
})

test('an expired credential is never given: the error tells the operator why, and nobody else', async () => {
  const { source, pass, faults, ...state } = setUp(HOUR)
  await source()
  const reason = 'The role acs:ram::1:role/secret-name is gone.'
  state.break(new Error(reason))
  pass(HOUR)
  const error: unknown = await Promise.resolve(source()).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(PosternError)
  expect(error).toMatchObject({ code: 'credential-unavailable', cause: { message: reason } })
  expect(String(error)).not.toContain('secret-name')
  expect(faults).toEqual([`There is no valid credential. ${reason}`])
})

test('a source that failed is left alone for five seconds, however often it is asked', async () => {
  const { source, pass, asked, ...state } = setUp(HOUR)
  state.break(new Error('no'))
  await expect(async () => source()).rejects.toThrow('no valid credential')
  pass(5 * SECOND - 1)
  await expect(async () => source()).rejects.toThrow('no valid credential')
  expect(asked()).toBe(1)
  pass(1)
  state.break(undefined)
  expect(await idOf(source)).toBe('key-2')
})

test('a source that fails at once is told of like one that fails later', () => {
  const { sync, faults, ...state } = setUp(HOUR)
  state.break(new Error('no file'))
  expect(() => sync()).toThrow('no valid credential')
  expect(faults).toEqual(['There is no valid credential. no file'])
})

test('a credential that has expired when it comes is none', async () => {
  const { source, faults } = setUp(0)
  await expect(async () => source()).rejects.toThrow('no valid credential')
  expect(faults[0]).toContain('expired at 2026-11-24T12:00:00.000Z')
})

test('the same credential once more is the same value, and is not asked for in a row', async () => {
  let asked = 0
  let at = START
  const expires = new Date(START + HOUR)
  const source = keepFresh(
    async () => {
      asked++
      return { accessKeyId: 'a', accessKeySecret: 'b', securityToken: 'c', expires: new Date(expires) }
    },
    { now: () => new Date(at) },
  )
  const first = await source()
  at += 50 * MINUTE
  expect(source()).toBe(first)
  await settled()
  expect(asked).toBe(2)
  expect(source()).toBe(first)
  await settled()
  expect(asked).toBe(2)
})
