import { node } from './dom.ts'
import type { Words } from './words/words.ts'

/** What ends within this time is told in one sentence. */
const GATHER_MS = 1000
/** Between two sentences about progress. */
const QUIET_MS = 5000
/** A log keeps what is of use to read again. */
const MAX_LINES = 20

interface Ended {
  readonly name: string
  /** Why; absent where it is stored. */
  readonly failure?: string
}

/**
 * Tells a screen reader what happens, without chatter: the beginning, each quarter at most every five seconds, the end of a
 * file, and the end of many files as one sentence.
 */
export class Announcer {
  readonly #log: HTMLElement
  readonly #words: Words
  #ended: Ended[] = []
  #quarter = 0
  #toldAt = 0

  constructor(log: HTMLElement, words: Words) {
    this.#log = log
    this.#words = words
    log.setAttribute('aria-label', words.heard.log)
  }

  say(sentence: string) {
    this.#log.append(node('p', '', sentence))
    while (this.#log.childElementCount > MAX_LINES) this.#log.firstElementChild?.remove()
  }

  started(count: number) {
    this.#quarter = 0
    this.#toldAt = Date.now()
    this.say(this.#words.heard.started(count))
  }

  /** Percent of all files together. */
  progress(percent: number) {
    const quarter = Math.floor(percent / 25)
    if (quarter <= this.#quarter || quarter > 3 || Date.now() - this.#toldAt < QUIET_MS) return
    this.#quarter = quarter
    this.#toldAt = Date.now()
    this.say(this.#words.heard.progress(quarter * 25))
  }

  ended(ended: Ended) {
    this.#ended.push(ended)
    if (this.#ended.length === 1) setTimeout(() => this.#tell(), GATHER_MS)
  }

  #tell() {
    const { stored, storedMany, failed, failedMany } = this.#words.heard
    const [good, bad] = [this.#ended.filter(({ failure }) => failure === undefined), this.#ended.filter(isFailure)]
    this.#ended = []
    const [firstGood] = good
    if (firstGood !== undefined) this.say(good.length === 1 ? stored(firstGood.name) : storedMany(good.length))
    const [firstBad] = bad
    if (firstBad !== undefined)
      this.say(bad.length === 1 ? failed(firstBad.name, firstBad.failure) : failedMany(bad.length))
  }
}

function isFailure(ended: Ended): ended is Required<Ended> {
  return ended.failure !== undefined
}
