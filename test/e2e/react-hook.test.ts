import { build } from 'esbuild'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type Pages } from '../recipes/framework-page.ts'
import type { Tab } from './browser.ts'

let pages: Pages

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ['test/e2e/fixtures/react-page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"development"' }, // where StrictMode does what it does
    logLevel: 'warning',
  })
  pages = await openPages({ app: outputFiles[0]?.text ?? '' })
})
afterAll(() => pages?.close())

interface Opened extends Tab {
  /** How many times the tab has posted to the store. */
  readonly posts: () => number
}

async function opened(): Promise<Opened> {
  const tab = await pages.open('app')
  let posts = 0
  tab.page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().startsWith(pages.site.bucketUrl)) posts++
  })
  return { ...tab, posts: () => posts }
}

const states = (page: Page) => page.evaluate(() => stage.states())
const told = (page: Page) => page.evaluate(() => stage.told)
const stored = (page: Page) => page.evaluate(() => stage.hook().totals.stored)
const patient = { timeout: 40_000 }

test('under StrictMode each file is uploaded once', async () => {
  const { page, complaints, posts } = await opened()
  await page.evaluate(() => {
    stage.mount({ isStrict: true })
  })
  await page.evaluate(() => stage.give(2))
  await expect.poll(() => states(page), patient).toEqual(['stored', 'stored'])
  expect(posts()).toBe(2)
  expect((await told(page)).map((line) => line.split(' ')[0]).sort()).toEqual(['0.txt', '1.txt'])
  expect(complaints).toEqual([])
  await page.close()
})

test('StrictMode, which takes a component off and puts it back, cancels nothing', async () => {
  const { page, complaints } = await opened()
  await page.evaluate(() => {
    stage.mount({ isStrict: true, uploadsAtOnce: true, options: { whenUnmounted: 'cancel' } })
  })
  await expect.poll(() => states(page), patient).toEqual(['stored', 'stored']) // an effect runs twice there
  expect(complaints).toEqual([])
  await page.close()
})

test('500 files render at most once a frame, and a row only as its own file changes', async () => {
  const { page, complaints } = await opened()
  await page.evaluate(() => {
    stage.mount()
  })
  await page.evaluate(() => stage.give(500))
  await expect.poll(() => stored(page), patient).toBe(500)
  const { counts, snapshots } = await page.evaluate(() => ({ counts: stage.counts, snapshots: stage.snapshots.size }))
  const commands = 2 // the first render, and that of the files
  expect(counts.lists).toBeLessThanOrEqual(counts.frames + commands)
  expect(counts.rows).toBe(snapshots)
  expect(counts.rows).toBeGreaterThanOrEqual(2 * 500) // queued, stored
  expect(complaints).toEqual([])
  await page.close()
})

test('options that are new with each render begin nothing again, and the last ones are told', async () => {
  const { page, posts } = await opened()
  await page.evaluate(() => {
    stage.mount()
  })
  const release = await pages.holdStore(page)
  await page.evaluate(() => stage.give(1))
  await expect.poll(() => posts()).toBe(1)
  await page.evaluate(() => {
    for (let renders = 0; renders < 10; renders++) stage.render()
  })
  release()
  await expect.poll(() => told(page), patient).toEqual(['0.txt stored, render 11'])
  expect(posts()).toBe(1)
  await page.close()
})

test('a list pauses and goes on as a whole', async () => {
  const { page, posts } = await opened()
  await page.evaluate(() => {
    stage.mount()
  })
  const release = await pages.holdStore(page)
  await page.evaluate(() => stage.give(4))
  await expect.poll(() => posts()).toBe(3)
  await page.evaluate(() => stage.hook().pauseAll())
  expect(await states(page)).toEqual(['paused', 'paused', 'paused', 'paused'])
  release()
  await page.evaluate(() => stage.hook().resumeAll())
  await expect.poll(() => stored(page), patient).toBe(4)
  await page.close()
})

test('what failed is tried again under its id, and so is what was cancelled', async () => {
  const { page } = await opened()
  await page.evaluate(() => {
    stage.mount({ options: { retries: 0, concurrency: 1 } })
  })
  await page.route(`${pages.site.bucketUrl}**`, (route) => route.abort())
  const ids = await page.evaluate(() => stage.give(2))
  await page.evaluate(() => stage.hook().cancel(stage.hook().uploads[1]?.id ?? ''))
  await expect.poll(() => states(page), patient).toEqual(['failed', 'cancelled'])
  expect(await told(page)).toEqual([expect.stringMatching(/^0\.txt [\w-]+, render 1$/)])
  await page.unroute(`${pages.site.bucketUrl}**`)
  await page.evaluate(() => stage.hook().retryFailed())
  await page.evaluate(() => stage.hook().retry(stage.hook().uploads[1]?.id ?? ''))
  await expect.poll(() => states(page), patient).toEqual(['stored', 'stored'])
  expect(await page.evaluate(() => stage.hook().uploads.map(({ id }) => id))).toEqual(ids)
  await page.close()
})

test('uploads go on as their component leaves, and their end is told', async () => {
  const { page, complaints, posts } = await opened()
  await page.evaluate(() => {
    stage.mount({ isStrict: true })
  })
  const release = await pages.holdStore(page)
  await page.evaluate(() => stage.give(5))
  await expect.poll(() => posts()).toBe(3)
  await page.evaluate(() => stage.unmount())
  release()
  await expect.poll(async () => (await told(page)).length, patient).toBe(5)
  expect(posts()).toBe(5)
  expect(complaints).toEqual([])
  await page.close()
})

test('with whenUnmounted: cancel nothing more is sent, and nothing is told', async () => {
  const { page, posts } = await opened()
  await page.evaluate(() => {
    stage.mount({ isStrict: true, options: { whenUnmounted: 'cancel' } })
  })
  const aborted: string[] = []
  page.on('requestfailed', (request) => aborted.push(request.method()))
  const release = await pages.holdStore(page)
  await page.evaluate(() => stage.give(5))
  await expect.poll(() => posts()).toBe(3)
  await page.evaluate(() => stage.unmount())
  await expect.poll(() => aborted).toEqual(['POST', 'POST', 'POST'])
  release()
  expect(await told(page)).toEqual([])
  expect(posts()).toBe(3)
  await page.close()
})

test('components that show one list never show two moments of it', async () => {
  const { page, complaints } = await opened()
  const { changes, torn } = await page.evaluate(() => stage.watchMany())
  expect(torn).toEqual([])
  expect(changes).toBeGreaterThan(2)
  expect(complaints).toEqual([])
  await page.close()
})

test('what a server rendered is taken over without a complaint, and then shows the files', async () => {
  const { page, complaints } = await opened()
  await page.evaluate(() => stage.hydrate())
  await expect.poll(() => page.locator('#app').textContent()).toBe('2 files')
  expect(complaints).toEqual([])
  await page.close()
})
