import type { PosternError } from '../../base/errors.ts'
import { facts, node } from '../dom.ts'
import type { Words } from '../words/words.ts'

/** From about here on a value has no room and is scrolled. */
const SCROLLED_CHARACTERS = 200

/** For whoever is asked for help: in English, as the store and the issuer wrote it. */
export function errorDetails({ code, message, facts: told }: PosternError, { results }: Words): HTMLElement {
  const { Code, Message: _, ...others } = told // the store's own, which the message begins with
  const list = facts([
    [results.code, Code === undefined ? code : `${code} (${Code})`],
    [results.message, message],
    ...Object.entries(others),
  ])
  for (const value of list.querySelectorAll('dd')) {
    value.lang = 'en'
    if ((value.textContent ?? '').length > SCROLLED_CHARACTERS) value.tabIndex = 0 // for whoever scrolls by keys
  }
  return node('details', 'details', node('summary', '', results.details), list)
}
