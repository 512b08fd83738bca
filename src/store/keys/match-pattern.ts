/**
 * Whether a pattern fits the whole text: `*` stands for any run of characters, `/` among them, and `?` for one.
 *
 * It never goes back further than the last `*`, so it takes at most as many steps as text and pattern have characters,
 * multiplied: a pattern of many stars, which a regular expression would try for ever, costs no more than another.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0
  let star = -1 // where the last `*` stands, and where the text goes on after what it has swallowed so far
  let resumed = 0
  for (let here = 0; here < text.length; ) {
    if (pattern[at] === '*') {
      star = at++
      resumed = here
    } else if (pattern[at] === '?') {
      at++
      here += width(text, here)
    } else if (at < pattern.length && pattern[at] === text[here]) {
      at++
      here++
    } else if (star !== -1) {
      at = star + 1
      resumed += width(text, resumed)
      here = resumed
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** How many units of a JavaScript string the character here has. */
function width(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
