import { expect, test } from 'vitest'
import { progressLine, startProgressBar } from './put-progress.ts'

const KIB = 1024
const MIB = KIB * KIB
type Shown = Parameters<typeof progressLine>[0][number]

function upload(state: Shown['state'], sentBytes: number, totalBytes: number, bytesPerSecond?: number): Shown {
  return { state, progress: { sentBytes, totalBytes, ...(bytesPerSecond && { bytesPerSecond }) } }
}

const lines: { of: string; uploads: Shown[]; line: string }[] = [
  { of: 'nothing yet', uploads: [upload('queued', 0, MIB)], line: '[........................]   0 %  0 B of 1.0 MiB' },
  {
    of: 'one file half sent',
    uploads: [upload('sending', 5 * MIB, 10 * MIB, MIB)],
    line: '[############............]  50 %  5.0 MiB of 10.0 MiB  1.0 MiB/s  5 seconds left',
  },
  {
    of: 'several files',
    uploads: [upload('stored', 900, 900), upload('sending', 50, 100, 10), upload('queued', 0, 1000)],
    line: '[###########.............]  47 %  950 B of 2.0 KiB  10 B/s  105 seconds left  1 of 3 files',
  },
  {
    of: 'a file that waits',
    uploads: [upload('waiting', 200 * KIB, 400 * KIB)],
    line: '[############............]  50 %  200 KiB of 400 KiB  waiting',
  },
  {
    of: 'a file that the store has yet to confirm',
    uploads: [upload('finalising', MIB, MIB)],
    line: '[########################] 100 %  1.0 MiB of 1.0 MiB  finalising',
  },
  {
    of: 'an empty file',
    uploads: [upload('sending', 0, 0)],
    line: '[........................]   0 %  0 B of 0 B',
  },
]

test.each(lines)('the line of $of', ({ uploads, line }) => {
  expect(progressLine(uploads, 200)).toBe(line)
})

test('a line is never as wide as the terminal, which would break it', () => {
  for (const columns of [0, 1, 20, 60])
    expect(progressLine([upload('queued', 0, MIB)], columns).length).toBeLessThanOrEqual(Math.max(0, columns - 1))
})

/** A terminal that remembers what was written. */
function terminal(isTTY: boolean, columns = 40) {
  const written: string[] = []
  return { isTTY, columns, written, write: (text: string) => void written.push(text) }
}

test('what stays is written above the line, and at the end the line is gone', () => {
  const screen = terminal(true)
  const bar = startProgressBar([upload('queued', 0, MIB)], screen)
  bar.above(() => screen.write('stored\n'))
  bar.end()
  expect(screen.written).toEqual([
    '\r\u001b[K',
    'stored\n',
    '\r\u001b[K[........................]   0 %  0 B o',
    '\r\u001b[K',
  ])
})

test('where there is no terminal, only what stays is written', () => {
  const file = terminal(false)
  const bar = startProgressBar([upload('queued', 0, MIB)], file)
  bar.above(() => file.write('stored\n'))
  bar.end()
  expect(file.written).toEqual(['stored\n'])
})
