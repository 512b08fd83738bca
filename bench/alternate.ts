import { execFileSync } from 'node:child_process'

/** One side of a comparison: what it is called, and one round of it, which gives a figure. */
export interface Side {
  readonly name: string
  readonly round: () => Promise<number>
}

export interface Measured {
  readonly name: string
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** Runs the sides in turn, so that whatever else the machine does meets all of them, and gives each side's median. */
export async function alternate(rounds: number, sides: readonly Side[]): Promise<Measured[]> {
  const figures = sides.map((): number[] => [])
  for (const side of sides) await side.round() // warm
  for (let round = 0; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      settleDisk()
      figures[index]?.push(await side.round())
    }
  }
  return sides.map(({ name }, index) => summarise(name, figures[index] ?? []))
}

/** Writes down what the side before left to the kernel: else the next one's flushes pay for it. */
function settleDisk(): void {
  if (process.platform !== 'win32') execFileSync('sync')
}

function summarise(name: string, figures: readonly number[]): Measured {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  return { name, median: at(Math.floor(sorted.length / 2)), lowest: at(0), highest: at(sorted.length - 1) }
}

/** Prints a table: each side's figure, its spread, and the first side's figure as a multiple of it. */
export function report(title: string, unit: string, measured: readonly Measured[], aim: string): void {
  const [ours] = measured
  if (ours === undefined) return
  console.log(`\n${title} (${unit}; aim: ${aim})`)
  for (const { name, median, lowest, highest } of measured) {
    const ratio = median === ours.median ? '' : `   ours is ${(ours.median / median).toFixed(2)} times this`
    console.log(`  ${name.padEnd(44)} ${figure(median).padStart(9)}   [${figure(lowest)} – ${figure(highest)}]${ratio}`)
  }
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toFixed(2)
}
