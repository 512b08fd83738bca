import type { UploadedObject } from '../../client/upload-handle.ts'
import { button, node } from '../dom.ts'
import type { ResultWords } from '../words/words.ts'

const SHOWN_MS = 2000

/** Copy the link, copy the key; nothing where a browser lets no page copy, as on plain HTTP. */
export function copyButtons({ url, key }: UploadedObject, words: ResultWords): HTMLElement {
  const buttons = node('span', 'copies')
  if (window.isSecureContext)
    buttons.append(copyButton(words.copyLink, url, words), copyButton(words.copyKey, key, words))
  return buttons
}

function copyButton(label: string, text: string, { copied }: ResultWords): HTMLElement {
  const element = button(label, async () => {
    await navigator.clipboard.writeText(text)
    element.textContent = copied
    setTimeout(() => {
      element.textContent = label
    }, SHOWN_MS)
  })
  element.setAttribute('aria-live', 'polite')
  return element
}
