import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { chromiumPath } from '../../scripts/chromium.mjs'

/** The same on every machine: no window, nothing of Chromium's own on the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real Chromium: CHROME_PATH, or the one on PATH. */
export const CHROMIUM = { executablePath: chromiumPath(), headless: true, args: FLAGS }

export function launchBrowser(): Promise<Browser> {
  return chromium.launch(CHROMIUM)
}

/** A tab, and what it complained of or asked of strangers. */
export interface Tab {
  readonly page: Page
  /** Errors of the console, policy violations and uncaught exceptions among them. */
  readonly complaints: string[]
  /** The origins it asked for anything. */
  readonly origins: Set<string>
}

/** A tab of its own, that remembers every complaint. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http')) origins.add(origin)
  })
  return { page, complaints, origins }
}
