import type { Browser, BrowserContext, Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import type { UploadState } from '../../src/client.ts'
import type { ClientSite } from './client-site.ts'
import type { History, Outcome, UploaderSettings } from './fixtures/client-page.ts'
import type { MadeUp } from './made-up-bytes.ts'

export interface VisitOptions {
  readonly uploader?: Partial<UploaderSettings>
  /** How far the browser's clock is ahead. */
  readonly hoursAhead?: number
  /** Where the page is, if not where the site says. */
  readonly origin?: string
  /** Whose cookies and memory it shares. */
  readonly context?: BrowserContext
}

/** Somebody with the page open. */
export interface Visitor {
  readonly page: Page
  readonly begin: (file: MadeUp) => Promise<VisitorsUpload>
  readonly beginAll: (files: readonly MadeUp[]) => Promise<readonly VisitorsUpload[]>
  /** A file of the disk, as a person chooses it; `meanwhile`, something happens to it. */
  readonly choose: (path: string, meanwhile?: () => Promise<void>) => Promise<VisitorsUpload>
  /** Loads the page again. */
  readonly reload: () => Promise<void>
  /** The browser's own network, as fast as this in bytes a second, or away. */
  readonly setNetwork: (bytesPerSecond: number | 'offline') => Promise<void>
}

/** One upload of a {@link Visitor}. */
export interface VisitorsUpload {
  /** Once it is in this state; fails where it is over before. */
  readonly until: (state: UploadState) => Promise<void>
  readonly untilSent: (bytes: number) => Promise<void>
  readonly outcome: () => Promise<Outcome>
  /** The key of its object, once it is stored. */
  readonly key: () => Promise<string>
  /** Why it failed, once it has. */
  readonly failure: () => Promise<NonNullable<Outcome['failure']>>
  readonly history: () => Promise<History>
  /** The states it has been in. */
  readonly states: () => Promise<readonly UploadState[]>
  /** Why it waited, each time. */
  readonly retries: () => Promise<readonly string[]>
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly cancel: () => Promise<void>
  readonly abort: () => Promise<void>
}

/** Opens the page. Whatever the test does, no progress may go back, and none may be promised that is not true. */
export async function visit(browser: Browser, site: ClientSite, options: VisitOptions = {}): Promise<Visitor> {
  const { hoursAhead = 0, origin = site.origin, context = await newContext(browser) } = options
  const page = await context.newPage()
  onTestFinished(async () => {
    if (!page.isClosed()) await expectHonestProgress(page)
  })
  if (hoursAhead !== 0) await page.addInitScript(shiftDate, hoursAhead * 60 * 60 * 1000)

  async function load() {
    await page.goto(origin)
    await page.evaluate((settings) => globalThis.harness.open(settings), {
      endpoint: site.issuer.url,
      ...options.uploader,
    })
  }
  await load()
  const session = await context.newCDPSession(page)

  const beginAll: Visitor['beginAll'] = async (files) => {
    const numbers = await page.evaluate((given) => globalThis.harness.begin(given), files)
    return numbers.map((number) => uploadOf(page, number))
  }
  return {
    page,
    beginAll,
    async begin(file) {
      const [upload] = await beginAll([file])
      return upload ?? expect.fail('nothing has begun')
    },
    async choose(path, meanwhile) {
      await page.locator('input').setInputFiles(path)
      await meanwhile?.()
      const [number] = await page.evaluate(() => globalThis.harness.beginChosen())
      return number === undefined ? expect.fail('nothing was chosen') : uploadOf(page, number)
    },
    async reload() {
      await expectHonestProgress(page)
      await load()
    },
    setNetwork: (bytesPerSecond) =>
      session
        .send('Network.emulateNetworkConditions', {
          offline: bytesPerSecond === 'offline',
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: bytesPerSecond === 'offline' ? -1 : bytesPerSecond,
        })
        .then(() => {}),
  }
}

async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  onTestFinished(() => context.close())
  return context
}

function uploadOf(page: Page, number: number): VisitorsUpload {
  const act = (name: 'pause' | 'resume' | 'cancel' | 'abort') => () =>
    page.evaluate((given) => globalThis.harness[given.name](given.number), { name, number })
  const outcome = () => page.evaluate((given) => globalThis.harness.outcome(given), number)
  const history = async () => {
    const histories = await page.evaluate(() => globalThis.harness.histories())
    return histories[number] ?? expect.fail(`there is no upload ${number}`)
  }
  return {
    outcome,
    history,
    async until(state) {
      const reached = await page.evaluate((given) => globalThis.harness.until(given.number, given.state), {
        number,
        state,
      })
      if (reached !== state) expect.fail(`${reached}: ${JSON.stringify(await outcome())}`)
    },
    untilSent: (bytes) =>
      page.evaluate((given) => globalThis.harness.untilSent(given.number, given.bytes), { number, bytes }),
    async key() {
      const { state, object, failure } = await outcome()
      expect(failure).toBeUndefined()
      expect(state).toBe('stored')
      return object?.key ?? expect.fail('no key')
    },
    async failure() {
      const { failure, object } = await outcome()
      return failure ?? expect.fail(`it is stored: ${JSON.stringify(object)}`)
    },
    async states() {
      return (await history()).told.flatMap((told) => (told.what === 'state' ? [told.state] : []))
    },
    async retries() {
      return (await history()).told.flatMap((told) => (told.what === 'retry' ? [told.code] : []))
    },
    pause: act('pause'),
    resume: act('resume'),
    cancel: act('cancel'),
    abort: act('abort'),
  }
}

/** Only what the clock says, not how it goes: timers run as ever. */
function shiftDate(milliseconds: number) {
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...parts: readonly []) {
      if (parts.length === 0) super(RealDate.now() + milliseconds)
      else super(...parts)
    }
    static override now() {
      return RealDate.now() + milliseconds
    }
  } as DateConstructor // which may also be called without `new`, and nobody does
}

async function expectHonestProgress(page: Page): Promise<void> {
  const histories = await page.evaluate(() => globalThis.harness.histories())
  expect(histories.flatMap(liesOf)).toEqual([])
}

/** What an upload has told that was not so. */
function liesOf({ name, bytes, state, sentBytes, told }: History): string[] {
  const lies: string[] = []
  let sent = 0
  for (const [at, event] of told.entries()) {
    const before = told[at - 1]
    if (before?.what === 'state' && ['stored', 'failed', 'cancelled'].includes(before.state))
      lies.push(`${name} went on after it was ${before.state}`)
    if (event.what === 'progress') {
      if (event.sentBytes < sent) lies.push(`${name} went back from ${sent} to ${event.sentBytes}`)
      if (event.sentBytes > bytes || event.totalBytes !== bytes) lies.push(`${name} has more than its ${bytes} bytes`)
      sent = event.sentBytes
    }
    if (event.what === 'state' && event.state === 'finalising' && sent < bytes)
      lies.push(`${name} was finalising when ${sent} of ${bytes} bytes had left`)
  }
  if (state === 'stored' && (sent !== bytes || sentBytes !== bytes))
    lies.push(`${name} was stored at ${sent} of ${bytes} bytes`)
  return lies
}
