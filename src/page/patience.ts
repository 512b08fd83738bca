import type { PosternError } from '../base/errors.ts'
import { describeError } from '../locales/describe-error.ts'
import type { Words } from './words/words.ts'

/** Why nothing moves although nothing has failed: no network, or an answer that does not come and is asked for again. */
export class Patience {
  readonly #element: HTMLElement
  readonly #words: Words
  #reason: string | undefined

  constructor(element: HTMLElement, words: Words) {
    this.#element = element
    this.#words = words
    for (const change of ['online', 'offline']) addEventListener(change, () => this.#show())
    this.#show()
  }

  needed(reason: PosternError) {
    this.#reason = this.#words.tryingAgain(describeError(reason, this.#words.errors).title)
    this.#show()
  }

  over() {
    this.#reason = undefined
    this.#show()
  }

  #show() {
    const sentence = navigator.onLine ? (this.#reason ?? '') : this.#words.offline
    if (this.#element.textContent !== sentence) this.#element.textContent = sentence // else it would be heard again
  }
}
