/** What of an `AbortController` an uploader needs, for platforms that have none: a signal that is asked and that is listened to. */
export function createStop(): AbortController {
  const listeners = new Set<unknown>()
  const signal = {
    aborted: false,
    reason: undefined,
    onabort: null,
    throwIfAborted() {},
    dispatchEvent: () => true,
    addEventListener: (_name: string, listener: unknown) => void listeners.add(listener),
    removeEventListener: (_name: string, listener: unknown) => void listeners.delete(listener),
  }
  return {
    signal,
    abort() {
      if (signal.aborted) return
      signal.aborted = true
      for (const listener of [...listeners]) if (typeof listener === 'function') listener()
    },
  }
}
