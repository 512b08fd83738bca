/**
 * Does work on SIGHUP, as services do that read their settings again. Not in a terminal: there the signal says that the
 * terminal was closed, and ends the process as ever. Windows has no such signal of its own.
 */
export function onHangup(work: () => void): void {
  if (process.stdin.isTTY || process.platform === 'win32') return
  process.on('SIGHUP', work)
}
