/** What somebody may have meant who wrote a name that is not among the known ones; `undefined` where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const written = name.slice(0, MAX_COMPARED).toLowerCase()
  const ranked = known
    .map((other) => ({ other, changes: changesBetween(written, other.toLowerCase()) }))
    .sort((one, two) => one.changes - two.changes)
  const [best] = ranked
  if (best !== undefined && best.changes <= Math.min(2, best.other.length / 2)) return best.other
  return known.find((other) => other.length > 2 && written.startsWith(other.toLowerCase()))
}

/** A name longer than any that is known, and short enough to compare. */
const MAX_COMPARED = 64

/** How many letters are too many, too few, or another. */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let here = 0; here < one.length; here++) {
    const next = [here + 1]
    for (let there = 0; there < other.length; there++) {
      const changed = (row[there] ?? 0) + (one[here] === other[there] ? 0 : 1)
      next.push(Math.min(changed, (row[there + 1] ?? 0) + 1, (next[there] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
