import { readBase64, readUtf8 } from '../../base/bytes.ts'
import type { UploadForm } from '../../form/upload-form.ts'
import { explainPolicy } from '../../policy/explain-policy.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import { facts, node } from '../dom.ts'
import type { DevWords, Words } from '../words/words.ts'

/** Shown of a value that only machines read: enough to know it again. */
const SHOWN_CHARACTERS = 48

/** The last form: where it goes, what it sends, and what its policy allows. */
export class FormPane {
  readonly element: HTMLElement
  readonly #content: HTMLElement
  readonly #words: Words

  constructor(words: Words) {
    this.#words = words
    this.#content = node('div', 'card', node('p', 'empty', words.dev.noForm))
    this.element = node('section', 'form-pane', node('h3', '', words.dev.form), this.#content)
  }

  show({ url, fields, expiresAt, token }: UploadForm) {
    const { dev, language } = this.#words
    const until = new Date(expiresAt).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'medium' })
    const values = Object.entries(fields).map(([name, value]) => [name, node('code', '', shortened(value))] as const)
    this.#content.replaceChildren(
      facts([
        [dev.sentTo, node('code', '', url)],
        [dev.goodUntil, until],
        [dev.token, token === undefined ? undefined : node('code', '', shortened(token))],
      ]),
      ...policyNodes(fields['policy'] ?? '', dev),
      node('details', 'fields', node('summary', '', dev.fields), facts(values)),
    )
  }
}

/** In sentences, in English: the command line says the same. */
function policyNodes(encoded: string, words: DevWords): HTMLElement[] {
  try {
    const sentences = explainPolicy(parsePolicy(encoded)).map(withShortValues)
    const list = node('ul', 'sentences', ...sentences.map((sentence) => node('li', '', sentence)))
    list.lang = 'en'
    const text = node('pre', '', node('code', '', policyText(encoded)))
    text.tabIndex = 0 // it may be wider than its place, and is then scrolled by keys
    text.setAttribute('aria-label', words.policyText)
    return [node('h4', '', words.policy), list, node('details', '', node('summary', '', words.policyText), text)]
  } catch {
    return [node('p', 'empty', words.policyUnread)]
  }
}

function policyText(encoded: string): string {
  const text = readUtf8(readBase64(encoded) ?? new Uint8Array()) ?? ''
  return JSON.stringify(JSON.parse(text), undefined, 2)
}

/** A callback or a token in a sentence: nobody reads it to its end. */
function withShortValues(sentence: string): string {
  return sentence.replaceAll(/"([^"\s]{40})[^"\s]{40,}"/g, '"$1…"')
}

function shortened(value: string): string {
  return value.length <= SHOWN_CHARACTERS * 1.5 ? value : `${value.slice(0, SHOWN_CHARACTERS)}…`
}
