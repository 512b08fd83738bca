/** An element of the page's own HTML. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element "${id}".`)
  return element
}

/** Content goes in as text, never as HTML: file names and messages come from outside. */
export function node(name: string, className: string, ...content: readonly (Node | string)[]): HTMLElement {
  const element = document.createElement(name)
  if (className !== '') element.className = className
  element.append(...content)
  return element
}

/** Terms and their values; what has no value is left out. */
export function facts(rows: readonly (readonly [term: string, value: string | Node | undefined])[]): HTMLElement {
  const list = node('dl', '')
  for (const [term, value] of rows) {
    if (value !== undefined) list.append(node('dt', '', term), node('dd', '', value))
  }
  return list
}

/** A link to an object: in another tab, which learns nothing of this one. */
export function link(url: string, text: string): HTMLElement {
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.rel = 'noreferrer'
  anchor.target = '_blank'
  anchor.textContent = text
  return anchor
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = label
  element.addEventListener('click', onClick)
  return element
}
