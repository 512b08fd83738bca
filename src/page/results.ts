import { errorRow, type PosternError } from '../base/errors.ts'
import type { UploadedObject } from '../client/read-response.ts'
import { bytesText } from '../policy/phrase.ts'
import { wordsFor } from './words.ts'

/** The list under the Dashboard: one row for each file, stored or failed; a retry replaces its row. */
export class Results {
  readonly #section: HTMLElement
  readonly #list: HTMLElement
  readonly #rows = new Map<string, HTMLElement>()

  constructor(section: HTMLElement, list: HTMLElement) {
    this.#section = section
    this.#list = list
  }

  stored(id: string, name: string, object: UploadedObject) {
    this.#show(id, 'stored', [
      heading(name, 'Stored'),
      facts([
        ['Link', link(object.url, object.key)],
        ['Size', bytesText(object.size)],
        ['ETag', object.etag],
        ['CRC-64', object.crc64],
      ]),
    ])
  }

  failed(id: string, name: string, error: PosternError) {
    const { title, advice } = wordsFor(error)
    this.#show(id, 'failed', [
      heading(name, 'Failed'),
      node('p', 'reason', title),
      node('p', 'advice', advice),
      details(error),
    ])
  }

  #show(id: string, outcome: string, content: readonly Node[]) {
    const row = node('li', outcome, ...content)
    const earlier = this.#rows.get(id)
    if (earlier === undefined) this.#list.prepend(row)
    else earlier.replaceWith(row)
    this.#rows.set(id, row)
    this.#section.hidden = false
  }
}

function heading(name: string, outcome: string): HTMLElement {
  return node('h3', '', node('bdi', '', name), node('span', 'outcome', outcome))
}

function facts(rows: readonly (readonly [string, string | Node | undefined])[]): HTMLElement {
  const list = node('dl', '')
  for (const [term, value] of rows) {
    if (value !== undefined) list.append(node('dt', '', term), node('dd', '', value))
  }
  return list
}

function details(error: PosternError): HTMLElement {
  const code = ['Code', `${error.code} (${errorRow(error.code).oss})`] as const
  const message = ['Message', error.message] as const
  return node('details', '', node('summary', '', 'Details'), facts([code, message, ...Object.entries(error.facts)]))
}

function link(url: string, text: string): HTMLElement {
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.rel = 'noreferrer'
  anchor.textContent = text
  return anchor
}

/** Content goes in as text, never as HTML: file names and messages come from outside. */
function node(name: string, className: string, ...content: readonly (Node | string)[]): HTMLElement {
  const element = document.createElement(name)
  if (className !== '') element.className = className
  element.append(...content)
  return element
}
