import type { PosternError } from '../../base/errors.ts'
import type { NamedBlob } from '../../client/transport.ts'
import type { UploadedObject } from '../../client/upload-handle.ts'
import { describeError } from '../../locales/describe-error.ts'
import { compareChecksum } from '../checksum/compare-checksum.ts'
import { node } from '../dom.ts'
import type { Words } from '../words/words.ts'
import { failedRow, storedRow } from './row.ts'

/** The list under the Dashboard: one row for each file, stored or failed, the last one first; a retry replaces its row. */
export class Results {
  readonly #section: HTMLElement
  readonly #list: HTMLElement
  readonly #summary: HTMLElement
  readonly #words: Words
  readonly #rows = new Map<string, HTMLElement>()

  constructor(section: HTMLElement, words: Words) {
    const { title, hint } = words.results
    this.#section = section
    this.#words = words
    this.#list = node('ol', 'rows')
    this.#summary = node('span', 'count')
    const heading = node('h2', '', title, ' ', this.#summary)
    heading.id = 'results-title'
    section.append(heading, this.#list, node('p', 'hint', hint))
  }

  /** Gives whether the object is the file, once that is known. */
  async stored(id: string, file: NamedBlob, object: UploadedObject): Promise<boolean> {
    const { row, told } = storedRow(file, object, this.#words)
    this.#show(id, row)
    const comparison = await compareChecksum(file, object.crc64)
    told(comparison)
    this.#count()
    return comparison !== 'differs'
  }

  failed(id: string, name: string, error: PosternError) {
    this.#show(id, failedRow(name, error, describeError(error, this.#words.errors), this.#words))
  }

  #show(id: string, row: HTMLElement) {
    const earlier = this.#rows.get(id)
    if (earlier === undefined) this.#list.prepend(row)
    else earlier.replaceWith(row)
    this.#rows.set(id, row)
    this.#section.hidden = false
    this.#count()
  }

  /** What is not the file that was chosen is not counted as stored. */
  #count() {
    const { language, results } = this.#words
    const [stored = '', failed = ''] = ['stored', 'failed'].map((outcome) => {
      const rows = [...this.#rows.values()].filter(({ classList }) => classList.contains(outcome))
      return rows.length.toLocaleString(language)
    })
    this.#summary.textContent = results.summary(stored, failed)
  }
}
