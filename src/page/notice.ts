import { node } from './dom.ts'

/** Why files were not added, above the Dashboard; what is chosen next replaces it. */
export class Notice {
  readonly #element: HTMLElement
  #isFresh = false

  constructor(element: HTMLElement) {
    this.#element = element
  }

  /** One more of the files that were just chosen. */
  add(...content: readonly (Node | string)[]) {
    if (!this.#isFresh) this.#element.replaceChildren()
    this.#element.append(node('div', '', ...content))
    this.#isFresh = true
    setTimeout(() => {
      this.#isFresh = false
    })
  }

  /** Files were added: what was said before is over. */
  clear() {
    if (!this.#isFresh) this.#element.replaceChildren()
  }
}
