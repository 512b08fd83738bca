import { expect, test } from 'vitest'
import type { StoredObject } from '../storage/storage-client.ts'
import type { UploadFacts } from '../token/upload-token.ts'
import { type CompletedUpload, createCompletion, type OnUploaded, type Reporter } from './completion.ts'
import { createMemoryLedger } from './ledger.ts'
import { reportToHook } from './report-to-hook.ts'

const FACTS: UploadFacts = {
  id: 'a1',
  route: 'default',
  key: 'uploads/a.png',
  user: 'ann',
  size: 5,
  minSize: 1,
  maxSize: 10,
  type: 'image/png',
  expires: 1000,
}
const FOLDER: UploadFacts = {
  id: 'a1',
  route: 'default',
  key: 'uploads/x/',
  keyIsPrefix: true,
  user: 'ann',
  minSize: 1,
  maxSize: 10,
  expires: 1000,
}
const STORED: StoredObject = { key: 'uploads/a.png', size: 5, type: 'image/png', etag: 'D8' }

function completionOf(...reporters: readonly Reporter[]) {
  const repeated: CompletedUpload[] = []
  const reported: CompletedUpload[] = []
  const late: unknown[] = []
  const ledger = createMemoryLedger(() => new Date(0))
  const onRepeated = (upload: CompletedUpload) => repeated.push(upload)
  const onReported = (upload: CompletedUpload) => reported.push(upload)
  const onLateFailure = (error: unknown) => late.push(error)
  const options = { bucket: 'photos', reporters, ledger, onReported, onRepeated, onLateFailure }
  return { ...createCompletion(options), reported, repeated, late }
}

/** A hook that notes what it hears. */
function hook(answer: OnUploaded = () => ({ ok: true })) {
  const heard: CompletedUpload[] = []
  const reporter = reportToHook((upload) => {
    heard.push(upload)
    return answer(upload)
  })
  return { heard, reporter }
}

test('the application hears of an upload once, and everybody who reports it gets its answer', async () => {
  const { heard, reporter } = hook()
  const { complete, repeated } = completionOf(reporter)
  const answers = await Promise.all([complete(FACTS, STORED), complete(FACTS, STORED)])
  expect(answers.map(({ answer }) => answer)).toEqual([{ ok: true }, { ok: true }])
  expect(await complete(FACTS, { ...STORED, etag: '"d8"' })).toMatchObject({ answer: { ok: true } })
  expect(heard).toEqual([{ id: 'a1', route: 'default', bucket: 'photos', user: 'ann', ...STORED }])
  expect(repeated).toHaveLength(2)
})

test('a hook that failed is asked again', async () => {
  let works = false
  const { heard, reporter } = hook(() => {
    if (!works) throw new Error('the database is away')
    return 'kept'
  })
  const { complete } = completionOf(reporter)
  await expect(complete(FACTS, STORED)).rejects.toThrow('away')
  works = true
  expect(await complete(FACTS, STORED)).toMatchObject({ answer: 'kept' })
  expect(heard).toHaveLength(2)
})

test('of two who hear, only the one that failed is asked again', async () => {
  const [first, second] = [
    hook(),
    hook(() => {
      if (second.heard.length === 1) throw new Error('no')
    }),
  ]
  const { complete } = completionOf(first.reporter, { ...second.reporter, name: 'other' })
  await expect(complete(FACTS, STORED)).rejects.toThrow('no')
  expect(await complete(FACTS, STORED)).toMatchObject({ answer: { ok: true } })
  expect([first.heard.length, second.heard.length]).toEqual([1, 2])
})

test.each([undefined, null, () => 1])(
  'where the application says nothing (%s), what is stored is told alone',
  async (answer) => {
    const { complete } = completionOf(hook(() => answer).reporter)
    const upload = { id: 'a1', route: 'default', bucket: 'photos', user: 'ann', ...STORED }
    expect(await complete(FACTS, STORED)).toEqual({ upload })
  },
)

test('an answer over 1 MiB is an error of the application', async () => {
  const answerOf = (length: number) => completionOf(hook(() => 'x'.repeat(length)).reporter).complete(FACTS, STORED)
  await expect(answerOf(1024 * 1024 - 2)).resolves.toMatchObject({ answer: 'x'.repeat(1024 * 1024 - 2) })
  await expect(answerOf(1024 * 1024 - 1)).rejects.toThrow(TypeError)
})

test('an application that is late is not waited for; what it answers at last is there for whoever asks again', async () => {
  let finish = (_: unknown): void => undefined
  const { heard, reporter } = hook(() => new Promise((resolve) => (finish = resolve)))
  const { complete, reported, repeated } = completionOf(reporter)
  await expect(complete(FACTS, STORED, 10)).rejects.toMatchObject({ code: 'upload-unconfirmed' })
  const again = complete(FACTS, STORED)
  finish('at last')
  expect(await again).toMatchObject({ answer: 'at last' })
  expect([heard.length, reported.length, repeated.length]).toEqual([1, 1, 1])
})

test('a failure that comes when nobody waits any more is told all the same, and asked again', async () => {
  let fail = (_: Error): void => undefined
  const { heard, reporter } = hook(() => (heard.length > 1 ? 'kept' : new Promise((_, reject) => (fail = reject))))
  const { complete, late } = completionOf(reporter)
  await expect(complete(FACTS, STORED, 10)).rejects.toMatchObject({ code: 'upload-unconfirmed' })
  const error = new Error('the database is away')
  fail(error)
  await expect.poll(() => late).toEqual([error])
  expect(await complete(FACTS, STORED)).toMatchObject({ answer: 'kept' })
})

const wrong: { what: string; facts?: UploadFacts; object: Partial<StoredObject>; differs: string }[] = [
  { what: 'another key', object: { key: 'uploads/b.png' }, differs: 'key' },
  { what: 'a key below the one that was allowed', object: { key: 'uploads/a.png/b' }, differs: 'key' },
  { what: 'another size than was announced', object: { size: 6 }, differs: 'size' },
  { what: 'another type', object: { type: 'text/html' }, differs: 'type' },
  { what: 'a type with a parameter', object: { type: 'image/png;charset=utf-8' }, differs: 'type' },
  { what: 'all of it', object: { key: 'b', size: 6, type: '' }, differs: 'key, size, type' },
  { what: 'a key outside of the folder', facts: FOLDER, object: { key: 'uploads/y/a.png' }, differs: 'key' },
  { what: 'the folder itself', facts: FOLDER, object: { key: 'uploads/x/' }, differs: 'key' },
  { what: 'less than the folder takes', facts: FOLDER, object: { key: 'uploads/x/a', size: 0 }, differs: 'size' },
  { what: 'more than the folder takes', facts: FOLDER, object: { key: 'uploads/x/a', size: 11 }, differs: 'size' },
]

test.each(wrong)('nobody hears of $what', async ({ facts = FACTS, object, differs }) => {
  const { heard, reporter } = hook()
  const report = completionOf(reporter).complete(facts, { ...STORED, ...object })
  await expect(report).rejects.toMatchObject({ code: 'upload-mismatch', facts: { Differs: differs } })
  expect(heard).toEqual([])
})

test('a type that the storage writes in its own way is the same type', async () => {
  const text = { ...FACTS, type: 'text/plain; charset=utf-8' }
  await completionOf().complete(text, { ...STORED, type: 'text/plain;charset=UTF-8' })
})

test('a form for a folder is for many uploads, each told once, even under one key', async () => {
  const { heard, reporter } = hook()
  const { complete } = completionOf(reporter)
  const stored = [
    { ...STORED, key: 'uploads/x/a' },
    { ...STORED, key: 'uploads/x/b' },
    { ...STORED, key: 'uploads/x/a', etag: 'E9' },
    { ...STORED, key: 'uploads/x/a' },
  ]
  for (const object of stored) await complete(FOLDER, object)
  expect(heard.map(({ key, etag }) => `${key} ${etag}`)).toEqual(['uploads/x/a D8', 'uploads/x/b D8', 'uploads/x/a E9'])
  expect(new Set(heard.map(({ id }) => id)).size).toBe(3)
})

test('a form for one key is for one upload: what overwrote it is not reported as if it were the same', async () => {
  const { heard, reporter } = hook()
  const { complete } = completionOf(reporter)
  await complete(FACTS, STORED)
  await expect(complete(FACTS, { ...STORED, etag: 'E9' })).rejects.toMatchObject({ facts: { Differs: 'etag' } })
  expect(heard).toHaveLength(1)
})
