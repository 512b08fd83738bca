import { button, link, node } from '../dom.ts'
import { shortSizeText } from '../words/size-text.ts'
import type { Words } from '../words/words.ts'
import { type BucketList, type ListedObject, parseBucketList } from './bucket-list.ts'

const STEP = 100
/** The endpoint gives no more. */
const MAX_SHOWN = 1000

/** What the bucket holds, the newest first. */
export class BucketPane {
  readonly element: HTMLElement
  readonly #words: Words
  readonly #endpoint: string
  readonly #content = node('div', 'card')
  readonly #count = node('span', 'count')
  readonly #more: HTMLElement
  #limit = STEP
  #asked = 0

  constructor(endpoint: string, words: Words) {
    const { dev } = words
    this.#words = words
    this.#endpoint = endpoint
    const refresh = button(dev.refresh, () => this.refresh())
    this.#more = button(dev.more, () => {
      this.#limit = Math.min(this.#limit + STEP, MAX_SHOWN)
      this.refresh()
    })
    this.#more.hidden = true
    const heading = node('h3', '', dev.objects, ' ', this.#count)
    this.element = node('section', 'bucket-pane', node('div', 'bar', heading, refresh), this.#content, this.#more)
  }

  refresh() {
    const asked = ++this.#asked
    void this.#ask().then((list) => {
      if (asked === this.#asked) this.#show(list) // an answer that comes late is older than what is shown
    })
  }

  async #ask(): Promise<BucketList | undefined> {
    try {
      const response = await fetch(new URL(`dev/objects?limit=${this.#limit}`, this.#endpoint))
      return response.ok ? parseBucketList(await response.json()) : undefined
    } catch {
      return undefined // postern dev was stopped
    }
  }

  #show(list: BucketList | undefined) {
    const { dev, language } = this.#words
    this.#count.textContent = ''
    this.#more.hidden = true
    if (list === undefined) return this.#content.replaceChildren(node('p', 'empty', dev.objectsFailed))
    const { objects, total, isComplete } = list
    if (objects.length === 0) return this.#content.replaceChildren(node('p', 'empty', dev.noObjects))
    const [shown, all] = [objects.length.toLocaleString(language), total.toLocaleString(language)]
    this.#count.textContent = isComplete ? dev.shown(shown, all) : dev.tooMany(all)
    this.#content.replaceChildren(this.#table(objects))
    this.#more.hidden = objects.length === total || this.#limit === MAX_SHOWN
  }

  #table(objects: readonly ListedObject[]): HTMLElement {
    const { dev } = this.#words
    const headings = [dev.key, dev.size, dev.time].map((name) => {
      const heading = node('th', '', name)
      heading.setAttribute('scope', 'col')
      return heading
    })
    const table = node(
      'table',
      '',
      node('thead', '', node('tr', '', ...headings)),
      node('tbody', '', ...objects.map((object) => this.#row(object))),
    )
    table.setAttribute('aria-label', dev.objects)
    return table
  }

  #row({ key, size, modified, url }: ListedObject): HTMLElement {
    const { language } = this.#words
    const time = node('time', '', timeText(new Date(modified), language))
    time.setAttribute('datetime', modified)
    return node(
      'tr',
      '',
      node('td', 'key', link(url, key)),
      node('td', 'size', shortSizeText(size, this.#words)),
      node('td', 'time', time),
    )
  }
}

/** Of today the time, of another day the day as well. */
function timeText(time: Date, language: string): string {
  const isToday = time.toDateString() === new Date().toDateString()
  return isToday
    ? time.toLocaleTimeString(language)
    : time.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })
}
