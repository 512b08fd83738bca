import { type Found, objectName, type Thing, UPLOAD, uploadName } from './things.ts'

/** What a request makes of things, all or nothing: absent means that the thing is gone. */
export type Change = ReadonlyMap<string, Thing | undefined>

/** To be told how a request was answered; told nothing where the store died over it. */
export interface Asked {
  done(etag?: string): void
  refused(): void
}

const MAX_HISTORY = 12

/**
 * What a store may hold when it was killed: all that it acknowledged, and of what it was asked for meanwhile each change
 * whole or not at all.
 */
export class ExpectedThings {
  readonly #known = new Map<string, Thing>()
  readonly #etags = new Map<string, string>()
  readonly #open = new Set<Change>()
  /** Keys whose upload's id never came. */
  readonly #initiated: string[] = []
  /** Names that are there, whatever they hold. */
  readonly #there = new Set<string>()
  readonly #history = new Map<string, string[]>()
  #onAnswer: () => void = () => {}

  get(name: string): Thing | undefined {
    return this.#known.get(name)
  }

  /** The things whose name begins so, and the rest of their names. */
  below(prefix: string): { readonly rest: string; readonly thing: Thing }[] {
    return [...this.#known].flatMap(([name, thing]) =>
      name.startsWith(prefix) ? { rest: name.slice(prefix.length), thing } : [],
    )
  }

  get size(): number {
    return this.#known.size
  }

  /** To be called before a request is sent. */
  ask(what: string, change: Change): Asked {
    this.#open.add(change)
    this.#note(change, `${what}?`)
    return {
      done: (etag) => {
        this.#onAnswer()
        this.#open.delete(change)
        this.#note(change, `${what}: done`)
        this.#apply(change)
        for (const name of change.keys()) this.#keepEtag(name, etag)
      },
      refused: () => {
        this.#open.delete(change)
        this.#note(change, `${what}: refused`)
      },
    }
  }

  /** Like `ask`, for what is stored only where nothing is: it may lose against others that ask for the same. */
  askOnce(name: string, thing: Thing): Asked {
    const asked = this.ask('put once', new Map([[name, thing]]))
    return {
      done: (etag) => {
        if (this.#known.has(name)) throw new Error(`${name} was stored twice, against its own condition.`)
        asked.done(etag)
      },
      refused: () => {
        this.#there.add(name)
        asked.refused()
      },
    }
  }

  /** An upload's name is known only when the answer comes; until then it may be there under any. */
  askUpload(key: string): { done(id: string): void; refused(): void } {
    this.#initiated.push(key)
    const refused = (): unknown => this.#initiated.splice(this.#initiated.indexOf(key), 1)
    return {
      refused,
      done: (id) => {
        this.#onAnswer()
        refused()
        this.#apply(new Map([[uploadName(key, id), UPLOAD]]))
      },
    }
  }

  /** Resolves in the moment in which the store acknowledges something for the so-manieth time from now on. */
  answered(times: number): Promise<void> {
    let left = times
    return new Promise((resolve) => {
      this.#onAnswer = () => {
        left -= 1
        if (left === 0) resolve()
      }
    })
  }

  /** Decides from what was found which open requests came to pass; gives a sentence for each thing that may not be so. */
  settle(found: ReadonlyMap<string, Found>): string[] {
    for (const change of this.#open) if (isDone(change, found)) this.#apply(change)
    for (const key of this.#initiated.splice(0)) this.#adopt(key, found)
    const faults = [...new Set([...this.#known.keys(), ...found.keys(), ...this.#there])].flatMap((name) =>
      this.#faultOf(name, found.get(name)),
    )
    this.#open.clear()
    this.#there.clear()
    for (const [name, { etag }] of found) this.#keepEtag(name, etag)
    return faults
  }

  #adopt(key: string, found: ReadonlyMap<string, Found>): void {
    const name = [...found.keys()].find((one) => one.startsWith(uploadName(key, '')) && !this.#known.has(one))
    if (name !== undefined) this.#known.set(name, UPLOAD)
  }

  #faultOf(name: string, found: Found | undefined): string[] {
    const known = this.#known.get(name)?.text
    const etag = this.#etags.get(name)
    const isThere = !this.#there.has(name) || found !== undefined
    if (found?.text === known && isThere && (etag === undefined || etag === found?.etag)) return []
    const open = [...this.#open].flatMap((change) => (change.has(name) ? (change.get(name)?.text ?? 'gone') : []))
    const facts = [
      `${name} is ${shown(found?.text, found?.etag)}`,
      `it was last known to be ${shown(known, etag)}`,
      `it may have become ${open.join(', or ') || 'nothing else'}`,
      `what was asked: ${(this.#history.get(name) ?? []).join('; ')}`,
    ]
    return [facts.join('\n  ')]
  }

  #apply(change: Change): void {
    for (const [name, thing] of change) {
      this.#etags.delete(name)
      if (thing === undefined) this.#known.delete(name)
      else this.#known.set(name, thing)
    }
  }

  #keepEtag(name: string, etag: string | undefined): void {
    if (etag !== undefined && this.#known.has(name)) this.#etags.set(name, etag)
  }

  #note(change: Change, event: string): void {
    for (const [name, thing] of change) {
      const history = this.#history.get(name) ?? []
      history.push(`${event} (${thing?.text ?? 'gone'})`)
      this.#history.set(name, history.slice(-MAX_HISTORY))
    }
  }
}

function isDone(change: Change, found: ReadonlyMap<string, Found>): boolean {
  return [...change].every(([name, thing]) => found.get(name)?.text === thing?.text)
}

function shown(text: string | undefined, etag: string | undefined): string {
  return `${text ?? 'not there'}${etag === undefined ? '' : `, ETag ${etag}`}`
}

/** The change of a single object. */
export function objectChange(key: string, thing: Thing | undefined): Change {
  return new Map([[objectName(key), thing]])
}
