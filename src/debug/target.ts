/** An address taken apart by hand: a URL object would fold `a/../b` and rewrite escapes, and the signature covers both. */
export interface Target {
  /** With its port, in lower case. */
  readonly host: string
  /** As it was written, from its first `/`; `/` where there is none. */
  readonly path: string
  /** Names and values, percent-decoded once; a `+` is a space. */
  readonly query: readonly (readonly [string, string])[]
}

export function targetOf(url: string): Target {
  const start = url.indexOf('://') + 3
  const end = firstOf(url, '#', start)
  const mark = Math.min(firstOf(url, '?', start), end)
  const slash = Math.min(firstOf(url, '/', start), mark)
  const pairs = url.slice(mark + 1, end).split('&')
  return {
    host: url.slice(start, slash).toLowerCase(),
    path: url.slice(slash, mark) || '/',
    query: pairs.filter((pair) => pair !== '').map(pairOf),
  }
}

/** What cannot be decoded stays as it is: a store would refuse it, and the reader should see it. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function pairOf(pair: string): readonly [string, string] {
  const [name = '', ...rest] = pair.replaceAll('+', ' ').split('=')
  return [percentDecoded(name), percentDecoded(rest.join('='))]
}

function firstOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at === -1 ? text.length : at
}
