import { setTimeout as delay } from 'node:timers/promises'
import { fileSink, stderrSink } from './log-sink.ts'
import type { LogDestination } from './logger.ts'

/** A log that grows by lines. A line that is written is on its way; nobody waits for it. */
export interface LogFile extends LogDestination {
  /** Goes on in a new file of the same name, after the old one was renamed. */
  reopen(): Promise<void>
  /** Resolves when what was written is there, or when that takes too long. */
  close(): Promise<void>
}

export interface LogFileOptions {
  /** Absent: standard error. */
  readonly path?: string
  /** Told once when lines begin to be lost, until some can be written again. */
  readonly onFault?: (error: unknown) => void
}

/** What may wait for a disk or a reader that is slow; more is lost, because the store must not stand still for its log. */
const MAX_WAITING_CHARACTERS = 8 * 1024 * 1024
const MAX_CLOSE_MS = 2000
/** A write costs as much as writing ten lines: so long, or for so much, a line waits for company. */
const COLLECT_MS = 100
const COLLECT_CHARACTERS = 64 * 1024

/**
 * Opens a log; lines that come within a moment share a write. pino's own destination is not used: where the
 * disk is full it tries for ever, and stops the process with it.
 */
export async function openLogFile({ path, onFault = () => {} }: LogFileOptions = {}): Promise<LogFile> {
  const sink = path === undefined ? stderrSink() : await fileSink(path)
  let waiting = ''
  const due: string[] = []
  let kept = 0 // characters of both
  let timer: NodeJS.Timeout | undefined
  let isFaulty = false
  let work: Promise<void> = Promise.resolve()

  async function attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task()
      isFaulty = false
    } catch (error) {
      fail(error)
    }
  }

  function fail(error: unknown): void {
    if (!isFaulty) onFault(error)
    isFaulty = true
  }

  /** After a fault the last line may be there in part; then what comes next begins a new one. */
  function whole(text: string): string {
    return isFaulty && text !== '' ? `\n${text}` : text
  }

  function takeNext(): string {
    const text = due.shift() ?? ''
    kept -= text.length
    return whole(text)
  }

  function writeWaiting(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting === '') return
    due.push(waiting)
    waiting = ''
    work = work.then(() => attempt(() => sink.append(takeNext())))
  }

  function writeLast(): void {
    try {
      sink.appendNow(whole([...due, waiting].join('')))
    } catch {
      // there is nobody left to tell
    }
  }
  process.once('exit', writeLast)

  return {
    write(line) {
      const shown = line.replace(UNSEEN, escaped)
      if (kept + shown.length > MAX_WAITING_CHARACTERS) {
        fail(new Error('lines come faster than they can be written'))
        return
      }
      waiting += shown
      kept += shown.length
      if (waiting.length > COLLECT_CHARACTERS) writeWaiting()
      else timer ??= setTimeout(writeWaiting, COLLECT_MS).unref() // at an exit, writeLast comes in its place
    },
    reopen() {
      writeWaiting()
      work = work.then(() => attempt(sink.reopen))
      return work
    },
    async close() {
      writeWaiting()
      const whole = work.then(() => attempt(sink.close))
      await Promise.race([whole, delay(MAX_CLOSE_MS, undefined, { ref: false })])
      process.off('exit', writeLast)
    },
  }
}

/** Characters that JSON leaves as they are, and a terminal does not: they come from strangers. */
const UNSEEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
