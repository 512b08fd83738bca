import type { Upload } from '../client/upload-handle.ts'
import { durationText } from '../policy/phrase.ts'
import type { DiskFile } from './put-files.ts'

type Shown = Pick<Upload<DiskFile>, 'state' | 'progress'>

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown }

const BAR_WIDTH = 24
const REDRAWN_MS = 100
/** Of a terminal that does not tell how wide it is. */
const USUAL_COLUMNS = 80
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** All uploads in one line, no wider than the terminal. */
export function progressLine(uploads: readonly Shown[], columns: number): string {
  const sent = sum(uploads, ({ sentBytes }) => sentBytes)
  const total = sum(uploads, ({ totalBytes }) => totalBytes)
  const share = total === 0 ? 0 : sent / total
  const speed = sum(
    uploads.filter(({ state }) => state === 'sending'),
    ({ bytesPerSecond = 0 }) => bytesPerSecond,
  )
  const filled = Math.floor(share * BAR_WIDTH)
  const stored = uploads.filter(({ state }) => state === 'stored').length
  const pieces = [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${`${Math.floor(share * 100)}`.padStart(3)} %`,
    `${amount(sent)} of ${amount(total)}`,
    ...(speed > 0 ? [`${amount(speed)}/s`, `${durationText(((total - sent) / speed) * 1000)} left`] : []),
    ...(uploads.length > 1 ? [`${stored} of ${uploads.length} files`] : []),
    ...wordOf(uploads),
  ]
  return pieces.join('  ').slice(0, Math.max(0, columns - 1))
}

/** What holds everything up, where something does. */
function wordOf(uploads: readonly Shown[]): string[] {
  const open = uploads.filter(({ state }) => !['stored', 'failed', 'cancelled', 'queued'].includes(state))
  if (open.length === 0) return []
  if (open.every(({ state }) => state === 'waiting')) return ['waiting']
  return open.every(({ state }) => state === 'finalising') ? ['finalising'] : []
}

function sum(uploads: readonly Shown[], of: (progress: Shown['progress']) => number): number {
  return uploads.reduce((all, { progress }) => all + of(progress), 0)
}

/** 12345678 → `11.8 MiB`. */
function amount(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** unit
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** A line of a terminal that is drawn again and again; where there is no terminal, nothing. */
export interface ProgressBar {
  /** Writes what is to stay, above the line. */
  readonly above: (write: () => void) => void
  readonly end: () => void
}

export function startProgressBar(uploads: readonly Shown[], terminal: Terminal): ProgressBar {
  if (!terminal.isTTY) return { above: (write) => write(), end: () => {} }
  const clear = () => terminal.write('\r\u001b[K')
  const draw = () => terminal.write(`\r\u001b[K${progressLine(uploads, terminal.columns || USUAL_COLUMNS)}`)
  const timer = setInterval(draw, REDRAWN_MS)
  return {
    above(write) {
      clear()
      write()
      draw()
    },
    end() {
      clearInterval(timer)
      clear()
    },
  }
}
