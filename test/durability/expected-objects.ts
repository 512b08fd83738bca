/** What an object holds: a piece of a pool of random bytes. */
export interface Content {
  readonly offset: number
  readonly size: number
}

interface Expected {
  /** What the store said last, or what was found after the last kill; absent: no object. */
  known?: Content
  /** The object was asked for without overwriting: what is known stays. */
  readonly once: boolean
  /** The store said that there is an object, whichever. */
  exists: boolean
  /** What was asked for, an object or none, and not answered yet. */
  readonly asked: Set<{ readonly content: Content | undefined }>
}

/** How the store answered a request. */
export type Answer = 'done' | 'exists' | 'none'

/** What the store may hold after it was killed: what it acknowledged last, or what it was just asked for, whole. */
export class ExpectedObjects {
  readonly #keys = new Map<string, Expected>()
  readonly #touched = new Set<string>()
  #onAnswer: () => void = () => {}

  get keys(): readonly string[] {
    return [...this.#keys.keys()]
  }

  /** What is known to be there. */
  get contents(): readonly Content[] {
    return [...this.#keys.values()].flatMap(({ known }) => known ?? [])
  }

  /** To be called before a request is sent; then with its answer, `none` where the store died over it. */
  ask(key: string, content: Content | undefined, once: boolean): (answer: Answer) => void {
    const expected = this.#keys.get(key) ?? { once, exists: false, asked: new Set() }
    const asking = { content }
    expected.asked.add(asking)
    this.#keys.set(key, expected)
    this.#touched.add(key)
    return (answer) => {
      if (answer === 'none') return
      this.#onAnswer()
      expected.asked.delete(asking)
      if (answer === 'done') acknowledge(key, expected, content)
      else expected.exists = true
    }
  }

  /** Resolves in the moment in which the store answers next: when it is most wrong to have promised too early. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswer = resolve
    })
  }

  /** Keys that were asked for since the last call. */
  takeTouched(): readonly string[] {
    const touched = [...this.#touched]
    this.#touched.clear()
    return touched
  }

  allowed(key: string): readonly (Content | undefined)[] {
    const expected = this.#keys.get(key)
    if (expected === undefined) return [undefined]
    const { known, once, exists, asked } = expected
    if (once && known !== undefined) return [known]
    const unanswered = [...asked].map(({ content }) => content)
    return once && exists ? unanswered : [known, ...unanswered]
  }

  /** What was found after a kill must still be there after the next. */
  settle(key: string, found: Content | undefined): void {
    const expected = this.#keys.get(key)
    if (expected === undefined) return
    expected.asked.clear()
    remember(expected, found)
  }
}

function acknowledge(key: string, expected: Expected, content: Content | undefined): void {
  if (expected.once && expected.known !== undefined)
    throw new Error(`${key} was stored twice, against its own condition.`)
  remember(expected, content)
}

function remember(expected: Expected, content: Content | undefined): void {
  if (content === undefined) delete expected.known
  else expected.known = content
}
