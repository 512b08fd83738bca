/** Writes lines to standard output. */
export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${printable(line)}\n`)
}

/** Writes a line as it is, for a shell to read: nothing in it may come from a stranger. */
export function printExactly(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a line for people to standard error, where it is no part of what a script reads. */
export function note(line: string): void {
  process.stderr.write(`postern: ${line.split('\n').map(printable).join('\n')}\n`)
}

/** Names on the left, values on the right, the values under each other. */
export function aligned(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
}

/** Rows of cells, each column as wide as its widest; a column that is empty below its heading is left out. */
export function columns([headings = [], ...rows]: readonly (readonly string[])[]): string[] {
  const shown = headings.flatMap((_, column) => (rows.some((row) => row[column] !== '') ? [column] : []))
  const widths = shown.map((column) => Math.max(...[headings, ...rows].map((row) => row[column]?.length ?? 0)))
  return [headings, ...rows].map((row) =>
    `  ${shown.map((column, at) => (row[column] ?? '').padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
}

/**
 * Text that a terminal can only show: policies and answers come from strangers, and a control character or a change of
 * writing direction would let them redraw what the reader sees.
 */
function printable(text: string): string {
  return text.replaceAll(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu
